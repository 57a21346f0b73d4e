import type { Input } from "./input.ts";
import type { Resource, Stack } from "./stack.ts";
import { type Truth, Unknown } from "./truth.ts";

/** Rules of other tools that a policy covers, by their ids. */
export interface Peers {
  /** https://github.com/pulumi/pulumi-policy-aws */
  awsguard?: readonly string[];
  /** Of its pack AwsSolutions: https://github.com/cdklabs/cdk-nag/blob/main/RULES.md */
  cdkNag?: readonly string[];
  /** https://www.checkov.io/5.Policy%20Index/terraform.html */
  checkov?: readonly string[];
}

/** A value that a team may set in Pulumi's policy configuration. */
export interface Setting<T> {
  default: T;
  description: string;
}

export type Values = Readonly<Record<string, number | readonly string[]>>;

export interface Description<S extends Values> {
  /** Unique; begins with the service. */
  name: string;
  /** What must hold, in one sentence. */
  description: string;
  /** Mandatory: nothing that breaks it goes to production. A stack may set another level in its configuration. */
  level: "mandatory" | "advisory";
  severity: "low" | "medium" | "high" | "critical";
  /** Why, in one sentence. */
  reason: string;
  /** What to change, in one sentence. */
  fix: string;
  /** AWS's page about it. */
  url: string;
  peers?: Peers;
  settings?: { readonly [K in keyof S]: Setting<S[K]> };
}

/** What a policy is told, and what it tells. */
export interface Judge<S extends Values = Values> {
  settings: S;
  /**
   * Says that a condition must hold of a resource.
   *
   * @param otherwise What is wrong: a clause that goes on after the resource's name. It never holds a text of the
   *   resource's, which may be a secret: the engine hands secrets over as plain values.
   */
  expect(resource: Resource, condition: Truth, otherwise: string): void;
}

/** Judges one resource at a time: before it is made, in `pulumi up` too. */
export interface ResourcePolicy<S extends Values = Values> extends Description<S> {
  kind: "resource";
  types: readonly string[];
  check(resource: Resource, judge: Judge<S>): void;
}

/** Judges what only several resources together show. */
export interface StackPolicy<S extends Values = Values> extends Description<S> {
  kind: "stack";
  check(stack: Stack, judge: Judge<S>): void;
}

export type Policy = ResourcePolicy | StackPolicy;

// biome-ignore lint/complexity/noBannedTypes: no settings are no properties.
type None = {};

export function resourcePolicy<S extends Values = None>(
  policy: Omit<ResourcePolicy<S>, "kind" | "types"> & { type: string | readonly string[] },
): ResourcePolicy {
  const { type, ...rest } = policy;
  return { kind: "resource", types: [type].flat(), ...rest } as unknown as ResourcePolicy;
}

export function stackPolicy<S extends Values = None>(policy: Omit<StackPolicy<S>, "kind">): StackPolicy {
  return { kind: "stack", ...policy } as unknown as StackPolicy;
}

/** What a policy found out about a resource that is not as it must be. */
export type Finding =
  | { kind: "violation"; resource: Resource; what: string }
  /** What could not be judged, and the inputs that are not known. */
  | { kind: "unknown"; resource: Resource; paths: readonly string[] };

/** @param configured Overrides of the policy's settings. */
export function judge(policy: Policy, subject: { stack?: Stack; resource?: Resource }, configured: object): Finding[] {
  const findings: Finding[] = [];
  const settings = { ...defaultsOf(policy), ...configured };
  const expect: Judge["expect"] = (resource, condition, what) => {
    if (condition instanceof Unknown) findings.push({ kind: "unknown", resource, paths: condition.paths });
    else if (!condition) findings.push({ kind: "violation", resource, what });
  };
  if (policy.kind === "stack" && subject.stack !== undefined) policy.check(subject.stack, { settings, expect });
  if (policy.kind === "resource" && subject.resource !== undefined)
    policy.check(subject.resource, { settings, expect });
  return findings;
}

function defaultsOf({ settings = {} }: Policy): Values {
  return Object.fromEntries(Object.entries(settings).map(([name, setting]) => [name, setting.default]));
}

/** Says that it is not known yet what all there is to judge. */
export function expectClosed(
  { expect }: Pick<Judge, "expect">,
  { open, openFrom }: { open?: Unknown | undefined; openFrom?: Resource | undefined },
): void {
  if (open !== undefined && openFrom !== undefined) expect(openFrom, open, "");
}

/** Compares a number, where there is one; where there is none, `absent` counts. */
export function compare(input: Input, test: (value: number) => boolean, absent: number | boolean): Truth {
  const { number } = input;
  if (number instanceof Unknown) return number;
  if (number === undefined) return typeof absent === "boolean" ? absent : test(absent);
  return test(number);
}
