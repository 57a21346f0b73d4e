import assert from "node:assert/strict";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { fileURLToPath } from "node:url";
import { AccessAnalyzerClient } from "@aws-sdk/client-accessanalyzer";
import { Console } from "../../../local/console.ts";
import type { StackGraph } from "../../../local/graph/types.ts";
import { analyze, askAbout, NOT_ASKED } from "../../../scripts/permissions/analyze.ts";
import { setEnvironment } from "../../functions/support/environment.ts";
import { graphOf } from "../../support/graph.ts";
import { textStream } from "../../support/text-stream.ts";

const ROOT = fileURLToPath(new URL("../../..", import.meta.url));
const policy = (Action: string) => JSON.stringify({ Version: "2012-10-17", Statement: [{ Effect: "Allow", Action }] });

/** A role with two policies of its own and one that says who may take it, a queue that admits somebody, and one without a policy. */
const graph: StackGraph = graphOf([
  { type: "aws:iam/role:Role", name: "reader", inputs: { assumeRolePolicy: policy("sts:AssumeRole") } },
  { type: "aws:iam/rolePolicy:RolePolicy", name: "reads", inputs: { role: "reader", policy: policy("s3:GetObject") } },
  { type: "aws:iam/rolePolicy:RolePolicy", name: "wrong", inputs: { role: "reader", policy: policy("s3:Gett") } },
  { type: "aws:sqs/queue:Queue", name: "open", inputs: { policy: policy("sqs:*") } },
  { type: "aws:sqs/queue:Queue", name: "plain", inputs: {} },
]);

interface Asked {
  path: string;
  body: Record<string, string>;
}

describe("npm run permissions -- --analyze", () => {
  let server: Server;
  let client: AccessAnalyzerClient;
  let asked: Asked[];
  let findings: object[];
  let isPublic: boolean;

  before(async () => {
    server = createServer(async (request, response) => {
      let text = "";
      for await (const chunk of request) text += String(chunk);
      const body = JSON.parse(text) as Record<string, string>;
      const url = new URL(request.url ?? "", "http://analyzer");
      asked.push({ path: url.pathname, body });
      const isPage = url.searchParams.get("nextToken") === "more";
      const answer =
        url.pathname === "/policy/validation"
          ? { findings: isPage ? findings : [], ...(isPage ? {} : { nextToken: "more" }) }
          : { result: isPublic ? "FAIL" : "PASS", message: isPublic ? "it admits everybody" : "fine" };
      response.writeHead(200, { "content-type": "application/json" }).end(JSON.stringify(answer));
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    client = new AccessAnalyzerClient({
      endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
      region: "eu-west-1",
      credentials: { accessKeyId: "id", secretAccessKey: "key" },
    });
  });

  beforeEach(() => {
    asked = [];
    findings = [];
    isPublic = false;
  });

  after(() => {
    client.destroy();
    server.close();
    server.closeAllConnections();
  });

  async function ask(): Promise<{ exitCode: number; output: string }> {
    const { stream, text } = textStream();
    return { exitCode: await askAbout(graph, client, new Console(stream)), output: text() };
  }

  it("asks about every policy, each as what it is, and page by page", async () => {
    const { exitCode, output } = await ask();
    const validated = asked.filter(({ path }) => path === "/policy/validation").map(({ body }) => body);
    assert.deepEqual(
      validated
        .filter((_, index) => index % 2 === 0)
        .map(({ policyType, validatePolicyResourceType }) => [policyType, validatePolicyResourceType]),
      [
        ["RESOURCE_POLICY", "AWS::IAM::AssumeRolePolicyDocument"],
        ["IDENTITY_POLICY", undefined],
        ["IDENTITY_POLICY", undefined],
        ["RESOURCE_POLICY", undefined],
      ],
    );
    assert.equal(validated[2]?.policyDocument, policy("s3:GetObject"));
    const checked = asked.filter(({ path }) => path !== "/policy/validation").map(({ body }) => body.resourceType);
    assert.deepEqual(checked, ["AWS::IAM::AssumeRolePolicyDocument", "AWS::SQS::Queue"]);
    assert.equal(exitCode, 0);
    assert.match(output, /4 policies: 0 errors and security warnings, 0 warnings and suggestions\./);
  });

  it("fails at errors and security warnings, by name, and shows the rest", async () => {
    findings = [
      {
        findingType: "ERROR",
        issueCode: "INVALID_ACTION",
        findingDetails: "no such action",
        learnMoreLink: "https://l",
      },
      { findingType: "SUGGESTION", issueCode: "EMPTY", findingDetails: "nothing there", learnMoreLink: "https://m" },
    ];
    const { exitCode, output } = await ask();
    assert.equal(exitCode, 1);
    assert.match(output, /aws:iam\/rolePolicy:RolePolicy "wrong", policy:/);
    assert.match(output, /ERROR INVALID_ACTION: no such action https:\/\/l/);
    assert.match(output, /4 policies: 4 errors and security warnings, 4 warnings and suggestions\./);
  });

  it("takes suggestions for what they are", async () => {
    findings = [{ findingType: "SUGGESTION", issueCode: "EMPTY", findingDetails: "a", learnMoreLink: "b" }];
    assert.equal((await ask()).exitCode, 0);
  });

  it("fails where a policy lets everybody in", async () => {
    isPublic = true;
    const { exitCode, output } = await ask();
    assert.equal(exitCode, 1);
    assert.match(output, /aws:sqs\/queue:Queue "open", policy: .*\n.*ERROR PUBLIC_ACCESS: it admits everybody/);
  });

  describe("without credentials", () => {
    let restore: () => void;

    beforeEach(() => {
      const none = Object.keys(process.env).filter((name) => name.startsWith("AWS_"));
      restore = setEnvironment({
        ...Object.fromEntries(none.map((name) => [name, undefined])),
        HOME: "/nonexistent",
        AWS_EC2_METADATA_DISABLED: "true",
      });
    });

    afterEach(() => restore());

    it("says that nobody was asked, and has an exit code for that", async () => {
      const { stream, text } = textStream();
      assert.equal(await analyze("dev", ROOT, new Console(stream)), NOT_ASKED);
      assert.match(text(), /IAM Access Analyzer was not asked: there are no AWS credentials/);
      assert.deepEqual(asked, []);
    });
  });
});
