import type {
  PolicyConfigSchema,
  ResourceValidationPolicy,
  StackValidationArgs,
  StackValidationPolicy,
} from "@pulumi/policy";
import { type Exemption, exempts, hasExpired } from "./exemptions.ts";
import { NOTICES } from "./notices.ts";
import { sharedStack } from "./one-stack.ts";
import { type Finding, judge, type Policy } from "./policy.ts";
import { Resource, type Stack, stackNameIn } from "./stack.ts";

/** Also a policy about one resource has something to say when the whole stack is known. */
export type PulumiPolicy = StackValidationPolicy & Partial<Pick<ResourceValidationPolicy, "validateResource">>;

/** What a policy reports in Pulumi's own form: its typings leave the second one out. */
type Report = (violation: string | Diagnostic, urn?: string) => void;

interface Diagnostic {
  message: string;
  urn?: string;
  enforcementLevel?: "advisory" | "mandatory";
}

/** A reference that is not named in a list of many. */
const NAMED = 12;

/**
 * A policy as Pulumi runs it. Violations of one resource are reported before it is made; what depends on others, what
 * could not be judged, and the exemptions, once the whole stack is known.
 *
 * @param today as 2027-06-30: what an exemption's last day is compared with.
 */
export function pulumiPolicy(policy: Policy, exemptions: readonly Exemption[], today: string): PulumiPolicy {
  const own = exemptions.filter((exemption) => exemption.policy === policy.name);
  const isExempt = (resource: Resource, stack: string) =>
    own.some((one) => isIn(one, stack) && !hasExpired(one, today) && one.resources.some((it) => exempts(it, resource)));

  const pulumi: PulumiPolicy = {
    name: policy.name,
    description: policy.description,
    enforcementLevel: policy.level,
    severity: policy.severity,
    remediationSteps: policy.fix,
    url: policy.url,
    ...configSchema(policy),
    validateStack(args, report) {
      const stack = sharedStack(args.resources);
      const say = report as Report;
      const { reported, findings } = findingsIn(policy, stack, args);
      for (const finding of reported) {
        if (finding.kind === "violation" && !isExempt(finding.resource, stack.name)) {
          say(messageOf(policy, finding), finding.resource.urn);
        }
      }
      reportUnknown(findings, say);
      reportExemptions(own, stack, findings, today, say);
    },
  };
  if (policy.kind === "resource") {
    pulumi.validateResource = (args, report) => {
      if (!policy.types.includes(args.type)) return;
      const resource = new Resource(args);
      if (isExempt(resource, stackNameIn(args.urn))) return;
      for (const finding of judge(policy, { resource }, args.getConfig())) {
        if (finding.kind === "violation") report(messageOf(policy, finding));
      }
    };
  }
  // Pulumi reads this mark, as its own validateResourceOfType leaves it, before it reads any property: without it every
  // policy has every resource deserialised once more.
  const [type, ...others] = policy.kind === "resource" ? policy.types : [];
  if (type !== undefined && others.length === 0) {
    Object.assign(pulumi.validateResource as object, { __pulumiType: type });
  }
  return pulumi;
}

/**
 * @returns all that is to be found in the stack, and what of it nobody has reported yet: of a policy about one resource
 *   that is what could only be judged now, by what the resource depends on.
 */
function findingsIn(
  policy: Policy,
  stack: Stack,
  args: StackValidationArgs,
): Record<"reported" | "findings", Finding[]> {
  const configured = args.getConfig();
  if (policy.kind === "stack") {
    const findings = judge(policy, { stack }, configured);
    return { reported: findings, findings };
  }
  const reported: Finding[] = [];
  const findings: Finding[] = [];
  for (const resource of stack.ofType(...policy.types)) {
    const alone = judge(policy, { resource: resource.alone }, configured);
    if (alone.some(({ kind }) => kind === "unknown")) {
      const together = judge(policy, { resource }, configured);
      reported.push(...together.filter((finding) => !alone.some((before) => isSame(before, finding))));
      findings.push(...together);
    } else {
      findings.push(...alone);
    }
  }
  return { reported, findings };
}

function isSame(one: Finding, other: Finding): boolean {
  return one.kind === "violation" && other.kind === "violation" && one.what === other.what;
}

/** After the policy's own description, which Pulumi puts before it. */
function messageOf(policy: Policy, { resource, what }: Finding & { kind: "violation" }): string {
  return `${resource.name} ${what}.\nWhy: ${policy.reason}\nFix: ${policy.fix}\n${policy.url}`;
}

/** One message a policy, so that a preview of a new stack, in which much is unknown, can still be read. */
function reportUnknown(findings: readonly Finding[], say: Report): void {
  const unknown = findings.filter((finding) => finding.kind === "unknown");
  if (unknown.length === 0) return;
  const names = unknown.map(({ resource, paths }) => `${resource.name} (${paths.join(", ")})`);
  const more = names.length > NAMED ? [`and ${names.length - NAMED} more`] : [];
  say({
    message:
      `${NOTICES.notEvaluated}: what these depend on is not known yet: ${[...names.slice(0, NAMED), ...more].join(", ")}. ` +
      "The policy gate (npm run policy) judges the program with everything known.",
    enforcementLevel: "advisory",
  });
}

function reportExemptions(
  exemptions: readonly Exemption[],
  stack: Stack,
  findings: readonly Finding[],
  today: string,
  say: Report,
): void {
  for (const exemption of exemptions.filter((one) => isIn(one, stack.name))) {
    const { policy, reason, until } = exemption;
    for (const pattern of exemption.resources) {
      const covered = findings.filter(({ resource }) => exempts(pattern, resource));
      const broken = covered.filter((finding) => finding.kind === "violation");
      const where = `${policy} of ${pattern}`;
      if (hasExpired(exemption, today)) {
        const message = `${NOTICES.expiredExemption}: ${where} ended on ${until}. Comply, remove it, or renew it.`;
        say({ message, enforcementLevel: "mandatory", urn: broken[0]?.resource.urn });
      } else if (covered.length === 0) {
        const message = `${NOTICES.unusedExemption}: ${where} exempts nothing in this stack. Remove it.`;
        say({ message, enforcementLevel: "advisory" });
      } else if (broken.length > 0) {
        const whose = [...new Set(broken.map(({ resource }) => resource.name))].join(", ");
        const message = `${NOTICES.exempted}: ${where} until ${until} (${whose}). ${reason}`;
        say({ message, enforcementLevel: "advisory" });
      }
    }
  }
}

function isIn({ stacks }: Exemption, stack: string): boolean {
  return stacks === undefined || stacks.includes(stack);
}

function configSchema({ settings }: Policy): { configSchema?: PolicyConfigSchema } {
  if (settings === undefined) return {};
  const properties = Object.entries(settings).map(([name, { default: value, description }]) => {
    const type = Array.isArray(value)
      ? { type: "array" as const, items: { type: "string" as const } }
      : { type: "number" as const };
    return [name, { ...type, default: value, description }];
  });
  return { configSchema: { properties: Object.fromEntries(properties) } };
}
