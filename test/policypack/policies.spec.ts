import assert from "node:assert/strict";
import type { Diagnostic } from "../../local/policy/pack.ts";
import { noticeIn } from "../../policypack/core/notices.ts";
import { POLICIES } from "../../policypack/policies.ts";
import { asSecrets, asUnknown, judged } from "../support/policies.ts";
import { CASES } from "./cases.ts";

const violations = (found: readonly Diagnostic[]) => found.filter(({ message }) => noticeIn(message) === undefined);

describe("the policies", () => {
  it("have names of their own, and cases each", () => {
    assert.deepEqual(Object.keys(CASES).toSorted(), POLICIES.map(({ name }) => name).toSorted());
    assert.equal(new Set(POLICIES.map(({ name }) => name)).size, POLICIES.length);
  });

  for (const policy of POLICIES) {
    it(`${policy.name}: lets pass what holds, and names what does not, in secrets too`, async () => {
      const { passing, failing } = CASES[policy.name] ?? { passing: [], failing: [] };
      assert.deepEqual(await judged([policy], passing), []);
      assert.deepEqual(await judged([policy], passing.map(asSecrets)), []);
      const found = await judged([policy], failing);
      assert.ok(violations(found).length > 0, "nothing is found");
      for (const { message, urn, level } of violations(found)) {
        assert.ok(urn !== undefined && failing.some((one) => one.urn === urn));
        assert.equal(level, policy.level);
        for (const part of [policy.description, policy.reason, policy.fix, policy.url])
          assert.ok(message.includes(part));
        // Unless they are words of its own.
        for (const text of textsIn(failing.map(({ inputs }) => inputs))) {
          assert.ok(!message.includes(text) || policy.fix.includes(text), text);
        }
      }
      assert.deepEqual(await judged([policy], failing.map(asSecrets)), found);
    });

    it(`${policy.name}: says so where it cannot know`, async () => {
      const { failing } = CASES[policy.name] ?? { failing: [] };
      const found = await judged([policy], failing.map(asUnknown));
      assert.ok(found.length > 0, "it passes in silence");
      for (const { message, level } of found) {
        if (noticeIn(message) === "notEvaluated") assert.equal(level, "advisory");
      }
    });
  }
});

/** Longer texts among values, which no message may hold. */
function textsIn(value: unknown): string[] {
  if (typeof value === "string") return value.length > 20 ? [value] : [];
  return typeof value === "object" && value !== null ? Object.values(value).flatMap(textsIn) : [];
}
