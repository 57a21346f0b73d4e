import assert from "node:assert/strict";
import { rolesOf } from "../../../local/iam/identities-from-graph.ts";
import { graphOf } from "../../support/graph.ts";
import { ACCOUNT } from "./stacks.ts";

/** A policy of at least so many characters. */
function policy(characters: number, Principal?: object): string {
  const statement = {
    ...(Principal === undefined ? {} : { Principal }),
    Effect: "Allow",
    Action: "sts:AssumeRole",
    ...(Principal === undefined
      ? { Resource: `arn:aws:s3:::${"x".repeat(characters)}` }
      : { Sid: "x".repeat(characters) }),
  };
  return JSON.stringify({ Version: "2012-10-17", Statement: [statement] });
}

const LAMBDA = { Service: "lambda.amazonaws.com" };
const role = (more: object = {}) => ({
  type: "aws:iam/role:Role",
  name: "reader",
  inputs: { name: "reader", assumeRolePolicy: policy(1, LAMBDA), ...more },
});
const inline = (name: string, characters: number) => ({
  type: "aws:iam/rolePolicy:RolePolicy",
  name,
  inputs: { role: "reader", policy: policy(characters) },
});
const managed = (name: string, characters: number) => ({
  type: "aws:iam/policy:Policy",
  name,
  inputs: { name, arn: `arn:aws:iam::${ACCOUNT}:policy/${name}`, policy: policy(characters) },
});
const attachment = (name: string) => ({
  type: "aws:iam/rolePolicyAttachment:RolePolicyAttachment",
  name,
  inputs: { role: "reader", policyArn: `arn:aws:iam::${ACCOUNT}:policy/${name}` },
});

/** What is wrong with a stack whose resources stand at these lines of the program. */
function problems(...parts: Parameters<typeof graphOf>[0]): string {
  const graph = graphOf(parts);
  const resources = graph.resources.map((resource, index) => ({
    ...resource,
    source: { file: "components/x.ts", line: index + 1, column: 1 },
  }));
  try {
    rolesOf({ ...graph, resources });
  } catch (error) {
    return (error as Error).message;
  }
  return "";
}

describe("a stack's roles", () => {
  it("have their own policies, those attached to them, and who may take them", () => {
    const roles = rolesOf(graphOf([role(), inline("own", 10), managed("lent", 10), attachment("lent")]));
    const found = roles.get(`arn:aws:iam::${ACCOUNT}:role/reader`);
    assert.deepEqual(
      found?.statements.map(({ place }) => place.resource),
      ['aws:iam/rolePolicy:RolePolicy "own"', 'aws:iam/policy:Policy "lent"'],
    );
    assert.equal(found?.trust.length, 1);
    assert.equal(found?.boundary, undefined);
  });

  for (const [what, parts, message] of [
    [
      "inline policies that are too long together",
      [role(), inline("one", 6_000), inline("other", 6_000)],
      /^aws:iam\/role:Role "reader" \(components\/x\.ts:1\): LimitExceeded: Maximum policy size of 10240 bytes exceeded for role reader: its inline policies have 12\d{3} characters/,
    ],
    [
      "a managed policy that is too long",
      [role(), managed("long", 6_100), attachment("long")],
      /^aws:iam\/policy:Policy "long" \(components\/x\.ts:2\): policy: LimitExceeded: Cannot exceed quota for PolicySize: 6144, it has 62\d\d/,
    ],
    [
      "a trust policy that is too long",
      [role({ assumeRolePolicy: policy(2_000, LAMBDA) })],
      /"reader" \(components\/x\.ts:1\): assumeRolePolicy: LimitExceeded: Cannot exceed quota for ACLSizePerRole: 2048, it has 21\d\d/,
    ],
    [
      "too many policies attached",
      [role(), ...Array.from({ length: 11 }, (_, n) => [managed(`p${n}`, 1), attachment(`p${n}`)]).flat()],
      /"reader" \(components\/x\.ts:1\): LimitExceeded: Cannot exceed quota for PoliciesPerRole: 10, it has 11/,
    ],
    [
      "a managed policy that nobody here can read",
      [role({ managedPolicyArns: ["arn:aws:iam::aws:policy/ReadOnlyAccess"] })],
      /managedPolicyArns: arn:aws:iam::aws:policy\/ReadOnlyAccess is not of this stack/,
    ],
    [
      "a user, whom nobody here reads",
      [{ type: "aws:iam/user:User", name: "somebody", inputs: {} }],
      /^aws:iam\/user:User "somebody" \(components\/x\.ts:1\): not known to the local cloud$/,
    ],
  ] as [string, Parameters<typeof graphOf>[0], RegExp][]) {
    it(`are refused with ${what}, at the line`, () => assert.match(problems(...parts), message));
  }

  it("may have exactly as much as AWS takes, white space left out", () => {
    const text = policy(0);
    const exact = { ...inline("own", 0), inputs: { role: "reader", policy: policy(10_240 - text.length) } };
    assert.equal(problems(role(), exact), "");
    const spaced = JSON.stringify(JSON.parse(exact.inputs.policy), undefined, 8);
    assert.equal(problems(role(), { ...exact, inputs: { role: "reader", policy: spaced } }), "");
  });
});
