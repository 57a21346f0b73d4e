import assert from "node:assert/strict";
import { evaluate } from "../../../local/graph/evaluate.ts";
import type { LambdaHost } from "../../../local/lambda/host.ts";
import { stackOutputs } from "../../../local/run/outputs.ts";
import { isBalanced, refine, warmRefinery } from "../../../local/run/refinery.ts";

type States = Parameters<typeof refine>[0]["states"];
type Ended = Awaited<ReturnType<States["settled"]>>;

const SUMMARY = { balanced: 3, unequal: 0, notChecked: 0, skipped: 1, unexplained: 0 };

/** A run of a machine that comes to this. */
function run(ended: Partial<Ended>) {
  const started: unknown[] = [];
  const states = {
    start: (...given: unknown[]) => {
      started.push(given);
      return "execution";
    },
    settled: async (arn: string) => {
      assert.equal(arn, "execution");
      return ended;
    },
  };
  return { started, outcome: refine({ states: states as unknown as States }, { refineryMachine: "machine" }) };
}

describe("a run of the refinery", () => {
  it("may find the functions started that its machine calls, and no others", async () => {
    const graph = await evaluate("dev");
    const { refineryMachine } = stackOutputs(graph);
    const warmed: string[] = [];
    const warm = async (arn: string, count: number) => {
      warmed.push(`${arn.split(":").at(-1)} ${count}`);
      throw new Error("it cannot be loaded, which its invocation will tell");
    };
    warmRefinery({ lambda: { warm } as unknown as LambdaHost }, graph, { refineryMachine });
    assert.deepEqual(warmed.sort(), ["lean-ops-dev-refinery-plan 1", "lean-ops-dev-water-balance 1"]);
  });

  it("starts the machine as its schedule does, and tells what the water balance says", async () => {
    const { started, outcome } = run({ status: "SUCCEEDED", output: JSON.stringify(SUMMARY) });
    assert.deepEqual(await outcome, { summary: SUMMARY, problem: undefined });
    assert.deepEqual(started, [["machine", "{}"]]);
    assert.equal(isBalanced(await outcome), true);
  });

  const problems: [title: string, ended: Partial<Ended>, problem: string][] = [
    ["failed", { status: "FAILED", error: "RunFailed", cause: "Plan: it died" }, "FAILED: RunFailed: Plan: it died"],
    ["was stopped", { status: "ABORTED" }, "ABORTED"],
    [
      "found another under way",
      { status: "SUCCEEDED", output: '{"skipped":"another run is under way"}' },
      "another run is under way",
    ],
  ];
  for (const [title, ended, problem] of problems) {
    it(`says why it has no balance where it ${title}`, async () => {
      const outcome = await run(ended).outcome;
      assert.deepEqual(outcome, { summary: undefined, problem });
      assert.equal(isBalanced(outcome), false);
    });
  }

  it("is balanced only where every topic was checked, and nothing is missing or too much", () => {
    for (const key of ["unequal", "notChecked", "unexplained"] as const) {
      assert.equal(isBalanced({ summary: { ...SUMMARY, [key]: 1 }, problem: undefined }), false, key);
    }
  });
});
