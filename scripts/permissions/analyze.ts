import {
  AccessAnalyzerClient,
  type AccessCheckResourceType,
  CheckNoPublicAccessCommand,
  paginateValidatePolicy,
  type ValidatePolicyFinding,
  type ValidatePolicyResourceType,
} from "@aws-sdk/client-accessanalyzer";
import { type Console, count } from "../../local/console.ts";
import { evaluate } from "../../local/graph/evaluate.ts";
import { readStackFiles } from "../../local/graph/stack-files.ts";
import type { StackGraph } from "../../local/graph/types.ts";
import { sourceOf } from "../../local/iam/denied.ts";
import { type PolicyDocument, policyDocumentsOf } from "../../local/iam/policy-documents.ts";

/** The exit code where AWS was not asked. */
export const NOT_ASKED = 2;

/** What Access Analyzer knows more of than of any other policy, by Pulumi's type. */
const VALIDATED_AS: Readonly<Record<string, ValidatePolicyResourceType>> = {
  "aws:iam/role:Role": "AWS::IAM::AssumeRolePolicyDocument",
  "aws:s3/bucketPolicy:BucketPolicy": "AWS::S3::Bucket",
  "aws:dynamodb/resourcePolicy:ResourcePolicy": "AWS::DynamoDB::Table",
};

/** https://docs.aws.amazon.com/access-analyzer/latest/APIReference/API_CheckNoPublicAccess.html */
const CHECKED_AS: Readonly<Record<string, AccessCheckResourceType>> = {
  ...VALIDATED_AS,
  "aws:sqs/queue:Queue": "AWS::SQS::Queue",
  "aws:sqs/queuePolicy:QueuePolicy": "AWS::SQS::Queue",
  "aws:sns/topic:Topic": "AWS::SNS::Topic",
  "aws:sns/topicPolicy:TopicPolicy": "AWS::SNS::Topic",
  "aws:kms/key:Key": "AWS::KMS::Key",
  "aws:kms/keyPolicy:KeyPolicy": "AWS::KMS::Key",
};

/** What a policy must not have; warnings and suggestions are shown, and no more. */
const GRAVE = new Set<string | undefined>(["ERROR", "SECURITY_WARNING"]);

/**
 * Asks IAM Access Analyzer about every policy of a stack: whether AWS would take it, and whether it lets in everybody.
 *
 * @param root The project's folder.
 * @returns the process's exit code: 0, 1 for grave findings, {@link NOT_ASKED} without credentials.
 */
export async function analyze(stack: string, root: string, console: Console): Promise<number> {
  const client = new AccessAnalyzerClient({ region: readStackFiles(root, stack).config["aws:region"] ?? "us-east-1" });
  try {
    try {
      await client.config.credentials();
    } catch (error) {
      console.problem(`IAM Access Analyzer was not asked: there are no AWS credentials (${(error as Error).message}).`);
      return NOT_ASKED;
    }
    console.heading(`Policies of stack ${stack}, by IAM Access Analyzer`);
    return await askAbout(await evaluate(stack, { root }), client, console);
  } finally {
    client.destroy();
  }
}

/** As {@link analyze}, of a stack that is evaluated already. */
export async function askAbout(graph: StackGraph, client: AccessAnalyzerClient, console: Console): Promise<number> {
  const documents = policyDocumentsOf(graph);
  let grave = 0;
  let others = 0;
  for (const document of documents) {
    const findings = await findingsOf(document, client);
    if (findings.length === 0) continue;
    const { type, name, urn } = document.resource;
    console.line(`  ${type} "${name}", ${document.property}: ${sourceOf(urn, graph) ?? ""}`);
    for (const finding of findings) {
      const isGrave = GRAVE.has(finding.findingType);
      if (isGrave) grave += 1;
      else others += 1;
      const line = `    ${finding.findingType} ${finding.issueCode}: ${finding.findingDetails} ${finding.learnMoreLink}`;
      if (isGrave) console.problem(line);
      else console.line(line);
    }
  }
  const verdict = `${count(grave)} errors and security warnings, ${count(others)} warnings and suggestions.`;
  console.line(`  ${count(documents.length)} policies: ${verdict}`);
  return grave === 0 ? 0 : 1;
}

type Finding = Pick<ValidatePolicyFinding, "findingType" | "issueCode" | "findingDetails" | "learnMoreLink">;

async function findingsOf(document: PolicyDocument, client: AccessAnalyzerClient): Promise<Finding[]> {
  const { kind, text: policyDocument, resource } = document;
  const findings: Finding[] = [];
  const validatePolicyResourceType = VALIDATED_AS[resource.type];
  const pages = paginateValidatePolicy(
    { client },
    {
      policyDocument,
      policyType: kind === "identity" ? "IDENTITY_POLICY" : "RESOURCE_POLICY",
      ...(validatePolicyResourceType === undefined ? {} : { validatePolicyResourceType }),
    },
  );
  for await (const page of pages) findings.push(...(page.findings ?? []));
  const resourceType = CHECKED_AS[resource.type];
  if (resourceType !== undefined) {
    const { result, message } = await client.send(new CheckNoPublicAccessCommand({ policyDocument, resourceType }));
    if (result === "FAIL") {
      const page = "https://docs.aws.amazon.com/IAM/latest/UserGuide/access-analyzer-custom-policy-checks.html";
      const findingDetails = message ?? "";
      findings.push({ findingType: "ERROR", issueCode: "PUBLIC_ACCESS", findingDetails, learnMoreLink: page });
    }
  }
  return findings;
}
