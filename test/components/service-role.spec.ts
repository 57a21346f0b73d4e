import assert from "node:assert/strict";
import { ComponentResource } from "@pulumi/pulumi";
import { trustOf } from "../../components/policy.ts";
import { serviceRole } from "../../components/service-role.ts";
import { inputsOf, PLACEMENT, registrations } from "../support/mocks.ts";

const BOUNDARY = "arn:aws:iam::123456789012:policy/boundary";
const STATEMENT = { Sid: "Own", Effect: "Allow" as const, Action: "sqs:SendMessage", Resource: "arn:aws:sqs:::one" };

function role(permissionsBoundary?: string) {
  const args = {
    roleName: "lean-ops-test-worker",
    trust: trustOf("lambda.amazonaws.com"),
    statements: [STATEMENT],
    placement: { ...PLACEMENT, permissionsBoundary },
  };
  return registrations(() => serviceRole("worker", args, new ComponentResource("lean-ops:index:Test", "test")));
}

describe("a service's role", () => {
  it("is trusted to the service, and may do what it is given and no more", async () => {
    const found = await role();
    const { assumeRolePolicy, ...inputs } = inputsOf(found, "aws:iam/role:Role")["worker-role"] ?? {};
    assert.deepEqual(inputs, { name: "lean-ops-test-worker" });
    assert.deepEqual(JSON.parse(assumeRolePolicy).Statement, [
      { Effect: "Allow", Principal: { Service: "lambda.amazonaws.com" }, Action: "sts:AssumeRole" },
    ]);
    const { policy, ...of } = inputsOf(found, "aws:iam/rolePolicy:RolePolicy")["worker-policy"] ?? {};
    assert.deepEqual(of, { name: "lean-ops-test-worker", role: "lean-ops-test-worker" });
    assert.deepEqual(JSON.parse(policy).Statement, [STATEMENT]);
  });

  it("stays within the boundary that the account asks for", async () => {
    const inputs = inputsOf(await role(BOUNDARY), "aws:iam/role:Role")["worker-role"];
    assert.equal(inputs?.permissionsBoundary, BOUNDARY);
  });
});
