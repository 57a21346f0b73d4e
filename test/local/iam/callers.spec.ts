import assert from "node:assert/strict";
import { callerOf, Outsiders, sessionToken } from "../../../local/iam/callers.ts";
import { rolesOf } from "../../../local/iam/identities-from-graph.ts";
import { ACCOUNT, REGION, stackOf } from "./stacks.ts";

const trust = { Version: "2012-10-17", Statement: [] };
const role = { type: "aws:iam/role:Role", name: "role", inputs: { name: "reader", assumeRolePolicy: trust } };
const graph = stackOf([role], { producers: { shop: { role: "arn:aws:iam::999999999999:role/shop" } } });
const known = { roles: rolesOf(graph), outsiders: new Outsiders(graph) };
const caller = (accessKeyId: string, token?: string) =>
  callerOf({ accessKeyId, sessionToken: token }, { region: REGION, account: ACCOUNT }, known);

describe("who calls the local cloud", () => {
  it("is a function, by its role and its session", () => {
    assert.deepEqual(caller("reader", sessionToken("reads", "environment-1")), {
      principal: { kind: "role", arn: `arn:aws:iam::${ACCOUNT}:role/reader`, session: "reads" },
      from: `arn:aws:lambda:${REGION}:${ACCOUNT}:function:reads`,
      context: {},
    });
  });

  it("is a session of a role that comes from nowhere in the network, without a function", () => {
    assert.deepEqual(caller("reader"), {
      principal: { kind: "role", arn: `arn:aws:iam::${ACCOUNT}:role/reader`, session: "reader" },
      from: undefined,
      context: {},
    });
  });

  it("is an administrator by one name only", () => {
    assert.deepEqual(caller("operator")?.principal, { kind: "user", arn: `arn:aws:iam::${ACCOUNT}:user/operator` });
    for (const key of ["local", "Operator", "operator ", "", "AKIAIOSFODNN7EXAMPLE"]) {
      assert.equal(caller(key), undefined, key);
    }
  });

  it("is a producer that the settings name", () => {
    assert.deepEqual(caller("producer:shop")?.principal, {
      kind: "role",
      arn: "arn:aws:iam::999999999999:role/shop",
      session: "shop",
    });
    assert.equal(caller("producer:nobody"), undefined);
    assert.equal(caller("producer")?.principal.kind, "role");
  });
});
