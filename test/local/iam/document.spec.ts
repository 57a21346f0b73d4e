import assert from "node:assert/strict";
import { readDocument } from "../../../local/iam/document.ts";

function problems(statement: object, kind: "identity" | "resource" = "identity", rest: object = {}): string[] {
  const found: string[] = [];
  const place = { urn: "urn", resource: "policy", property: "policy" };
  readDocument(
    { Version: "2012-10-17", Statement: [statement], ...rest },
    { place, kind, refuse: (problem) => void found.push(problem) },
  );
  return found;
}

const ALLOW = { Sid: "A", Effect: "Allow", Action: "sqs:SendMessage", Resource: "*" };

describe("a policy document", () => {
  it("is taken as JSON text and as an object", () => {
    assert.deepEqual(problems(ALLOW), []);
    const place = { urn: "urn", resource: "policy", property: "policy" };
    const refuse = (problem: string) => void found.push(problem);
    const found: string[] = [];
    const text = JSON.stringify({ Version: "2012-10-17", Statement: ALLOW });
    assert.equal(readDocument(text, { place, kind: "identity", refuse })[0]?.sid, "A");
    readDocument("no JSON", { place, kind: "identity", refuse });
    assert.deepEqual(found, ["is no JSON object"]);
  });

  for (const [what, statement, problem] of [
    [
      "an operator",
      { ...ALLOW, Condition: { DateLessThan: { "aws:SourceVpce": "x" } } },
      /DateLessThan.*operator is not known/,
    ],
    [
      "a key",
      { ...ALLOW, Condition: { StringEquals: { "aws:PrincipalOrgID": "o-1" } } },
      /no request of the local cloud's carries/,
    ],
    [
      "a key of many values without a set operator",
      { ...ALLOW, Condition: { StringEquals: { "aws:CalledVia": "x" } } },
      /ForAllValues or ForAnyValue/,
    ],
    ["a variable", { ...ALLOW, Resource: `arn:aws:s3:::a/\${aws:username}` }, /\$\{aws:username\} is not known/],
    ["a principal in an identity-based policy", { ...ALLOW, Principal: "*" }, /has no Principal/],
    ["an element", { ...ALLOW, Principals: "*" }, /unknown elements: Principals/],
    ["no effect", { ...ALLOW, Effect: "allow" }, /Effect must be Allow or Deny/],
    ["an action and all others", { ...ALLOW, NotAction: "sqs:*" }, /either Action or NotAction/],
    ["no action", { ...ALLOW, Action: "SendMessage" }, /is no action/],
    ["what is no number", { ...ALLOW, Condition: { NumericEquals: { "s3:prefix": "x" } } }, /is no number/],
    [
      "what is no range",
      { ...ALLOW, Condition: { IpAddress: { "s3:prefix": "10.0.0.0/33" } } },
      /no range of IP addresses/,
    ],
  ] as const) {
    it(`refuses ${what}`, () => {
      assert.match(problems(statement).join("\n"), problem);
    });
  }

  it("refuses a version with other rules, and principals that nobody here has", () => {
    assert.match(problems(ALLOW, "identity", { Version: "2008-10-17" }).join(), /Version must be "2012-10-17"/);
    assert.match(problems(ALLOW, "resource").join(), /either Principal or NotPrincipal/);
    const federated = { ...ALLOW, Principal: { Federated: "x" } };
    assert.match(problems(federated, "resource").join(), /not of Federated/);
    const wild = { ...ALLOW, Principal: { AWS: "arn:aws:iam::123456789012:role/*" } };
    assert.match(problems(wild, "resource").join(), /wildcards are for conditions/);
  });
});
