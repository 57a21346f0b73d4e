import assert from "node:assert/strict";
import fc from "fast-check";
import type { PlanItem } from "../../../functions/refinery-plan/plan-item.ts";
import { type BalanceAnswer, createHandler } from "../../../functions/water-balance/handler.ts";
import type { BalanceEvent } from "../../../functions/water-balance/run.ts";
import { MemoryProgress } from "../../functions/refinery-plan/memory-progress.ts";
import { MemoryBucket } from "../../functions/support/memory-bucket.ts";
import { lambdaContext } from "../../functions/support/sqs.ts";
import { countRows, NOON, planItem, whole } from "../../functions/water-balance/fixtures.ts";
import { virtualClock } from "../../support/virtual-clock.ts";
import { door } from "../door.ts";
import { type Edit, edited, edits } from "../edits.ts";
import { hearing } from "../hearing.ts";
import { invoked, isMeant } from "../invoked.ts";
import { HOSTILE_TEXTS, hostileText, type Text, textOf } from "../text.ts";

/** What is done to a file in the query bucket, or what stands there in its place. */
type FileRecipe = { edits: readonly Edit[] } | { instead: Text };

interface Input {
  topics: number;
  event: readonly Edit[];
  manifest: FileRecipe;
  results: FileRecipe;
  /** To what a topic's child execution answered. */
  output: FileRecipe;
}

const PLAN = "runs/run-1/plan.json";
const MANIFEST = "runs/run-1/map/manifest.json";
const RESULTS = "runs/run-1/map/SUCCEEDED_0.json";

function fileOf(content: object, recipe: FileRecipe): string {
  if ("instead" in recipe) return textOf(recipe.instead);
  try {
    return JSON.stringify(edited(content, recipe.edits));
  } catch {
    return "too deep for JSON.stringify, and so for whoever would write it";
  }
}

async function check({ topics, event: eventEdits, manifest, results: resultEdits, output }: Input): Promise<void> {
  const clock = virtualClock(NOON + 60_000);
  const heard = hearing(clock);
  const items: PlanItem[] = Array.from({ length: topics }, (_, n) => planItem(`topic-${n}`));
  const results = new MemoryBucket("results");
  const rows = countRows({ "2026-01-10": whole(3) }, { "2026-01-10 amount: not of type int": 1 });
  const children = items.map(({ topic }, n) => ({
    ExecutionArn: `arn:aws:states:eu-west-1:123456789012:execution:m/topics:${n}`,
    Input: JSON.stringify({ topic }),
    Output:
      n === 0 ? fileOf({ topic, status: "counted", rows }, output) : JSON.stringify({ topic, status: "counted", rows }),
    Status: "SUCCEEDED",
  }));
  results.hold(PLAN, JSON.stringify(items));
  results.hold(
    MANIFEST,
    fileOf(
      { DestinationBucket: "results", ResultFiles: { FAILED: [], SUCCEEDED: [{ Key: RESULTS, Size: 1 }] } },
      manifest,
    ),
  );
  results.hold(RESULTS, fileOf(children, resultEdits));
  const progress = new MemoryProgress();
  const handler = createHandler({
    databases: { curated: "dev_curated", semantic: "dev_semantic" },
    graceMinutes: 30,
    tolerancePercent: 1,
    balanceDays: 7,
    processorFunction: "p",
    archiveFunction: "a",
    deliveryStream: "s",
    results,
    progress,
    clients: {
      getTables: async () => ({ TableList: [] }),
      getMetricData: async ({ MetricDataQueries }) => ({
        MetricDataResults: MetricDataQueries.map(({ Id }) => ({
          ...{ Id, StatusCode: "Complete" as const, Timestamps: [], Values: [] },
        })),
      }),
    },
    clock,
    ...heard,
  });
  const given: BalanceEvent = {
    execution: "run-1",
    startedAt: new Date(NOON).toISOString(),
    plan: { bucket: "results", key: PLAN, topics, skipped: 0 },
    results: { Bucket: "results", Key: MANIFEST },
    failed: null,
  };
  const event = edited(given, eventEdits);
  const ended = await invoked(handler(event, lambdaContext(clock, 60_000)), clock);
  heard.check();
  if (ended.thrown !== undefined) {
    // Only an event that is none of the state machine's fails the run, and says so.
    assert.ok(isMeant(ended.thrown), ended.thrown.stack);
    assert.match(ended.thrown.message, /^event: /);
    return;
  }
  const { summary, statements } = ended.answer as BalanceAnswer;
  for (const statement of statements) assert.equal(typeof statement, "string");
  const { balanced, unequal, notChecked, skipped } = summary;
  for (const number of [balanced, unequal, notChecked, skipped, summary.unexplained]) {
    assert.ok(Number.isSafeInteger(number) && number >= 0, `not a count: ${JSON.stringify(summary)}`);
  }
  if (event.plan?.key === PLAN)
    assert.equal(balanced - skipped + unequal + notChecked, topics, "a topic is not told of");
  else assert.ok(notChecked > 0, "without a plan, something counts as checked");
  const hasUntouched = [eventEdits, manifest, resultEdits, output].every(isUntouched);
  if (hasUntouched) assert.equal(balanced, topics);
}

function isUntouched(recipe: FileRecipe | readonly Edit[]): boolean {
  if ("instead" in recipe) return false;
  return ("edits" in recipe ? recipe.edits : recipe).length === 0;
}

const file: fc.Arbitrary<FileRecipe> = fc.oneof(
  { weight: 5, arbitrary: edits.map((all) => ({ edits: all })) },
  { weight: 1, arbitrary: hostileText.map((instead) => ({ instead })) },
);
const untouched: FileRecipe = { edits: [] };
const input = (given: Partial<Input>): Input => ({
  ...{ topics: 2, event: [], manifest: untouched, results: untouched, output: untouched },
  ...given,
});
const everyText = (of: (instead: FileRecipe) => Partial<Input>) =>
  Object.entries(HOSTILE_TEXTS).map(([name, instead]): [string, Input] => [name, input(of({ instead }))]);

export const waterBalance = door<Input>({
  name: "water-balance",
  inputs: fc.record({ topics: fc.nat({ max: 3 }), event: edits, manifest: file, results: file, output: file }),
  cases: {
    "no topics": input({ topics: 0 }),
    "six megabytes in the event": input({
      event: [{ place: 0, change: { key: "extra", put: { text: [["x", 6_000_000]] } } }],
    }),
    "six megabytes for an execution's name": input({
      event: [{ place: 0, change: { put: { text: [["x", 6_000_000]] } } }],
    }),
    "six megabytes of results": input({
      results: {
        instead: [
          ['[{"Output":"', 1],
          ["x", 6_000_000],
          ['"}]', 1],
        ],
      },
    }),
    ...Object.fromEntries(everyText((output) => ({ output })).map(([name, one]) => [`an answer that is ${name}`, one])),
    ...Object.fromEntries(
      everyText((results) => ({ results })).map(([name, one]) => [`results that are ${name}`, one]),
    ),
  },
  check,
});
