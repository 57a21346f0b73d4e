import assert from "node:assert/strict";
import { coverageOf } from "../../../local/iam/coverage.ts";
import type { Outcome } from "../../../local/iam/proof.ts";
import { stackOf } from "./stacks.ts";

const graph = stackOf([]);

function outcome(name: string, caught: string | undefined): Outcome {
  const mutation = { kind: "permission", name, urn: "u", action: "s3:GetObject", resource: "*", graph } as const;
  return { mutation, caught };
}

describe("the coverage of a stack's permissions", () => {
  it("tells what was needed, what was not and why, and what nobody can explain", () => {
    const { needed, explained, unexplained } = coverageOf([
      outcome("reads", "somebody is refused"),
      outcome('x "refinery-plan-policy", PlanKey: kms:Decrypt on y', undefined),
      outcome("idle", undefined),
    ]);
    assert.deepEqual(
      needed.map(({ mutation }) => mutation.name),
      ["reads"],
    );
    assert.deepEqual(
      explained.map(({ reason }) => reason),
      ["S3 needs it for an upload in parts, which only a long plan is"],
    );
    assert.deepEqual(
      unexplained.map(({ name }) => name),
      ["idle"],
    );
  });
});
