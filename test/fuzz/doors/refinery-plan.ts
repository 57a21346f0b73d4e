import assert from "node:assert/strict";
import fc from "fast-check";
import { ENVELOPE_COLUMNS, REJECTED_COLUMNS, SEMANTIC_ENVELOPE } from "../../../functions/common/lake-topic.ts";
import { createHandler } from "../../../functions/refinery-plan/handler.ts";
import type { PlanAnswer, PlanItem } from "../../../functions/refinery-plan/plan-item.ts";
import { column, DATABASES } from "../../functions/refinery-plan/lake.ts";
import { MemoryProgress } from "../../functions/refinery-plan/memory-progress.ts";
import { MemoryBucket } from "../../functions/support/memory-bucket.ts";
import { lambdaContext } from "../../functions/support/sqs.ts";
import { virtualClock } from "../../support/virtual-clock.ts";
import { door } from "../door.ts";
import { type Edit, edited, edits } from "../edits.ts";
import { hearing } from "../hearing.ts";
import { invoked, isMeant } from "../invoked.ts";
import { HOSTILE_TEXTS, hostileText, once, type Text, textOf } from "../text.ts";

interface Input {
  event: readonly Edit[];
  execution: Text;
  /** A column that somebody added there. */
  column: Text;
}

const STARTED = "2026-01-10T12:00:00.123Z";
const TOPICS = [
  { topic: "orders", columns: [column("amount", "decimal(18,2)"), column("user_id", "string", { required: true })] },
  { topic: "order-events", columns: [] },
];

const table = (Name: string, columns: readonly { name: string; type: string }[]) => ({
  Name,
  Parameters: { metadata_location: `s3://lake/${Name}/1`, table_type: "ICEBERG" } as Record<string, string>,
  StorageDescriptor: { Columns: columns.map(({ name, type }) => ({ Name: name, Type: type })) },
});

function tablesIn(database: string, { column: name }: Input) {
  const names = TOPICS.map(({ topic }) => topic.replaceAll("-", "_"));
  if (database !== DATABASES.semantic) return names.map((one) => table(one, ENVELOPE_COLUMNS));
  return names.flatMap((one) => [
    table(one, [...SEMANTIC_ENVELOPE, { name: textOf(name), type: "string" }]),
    table(`${one}_rejected`, REJECTED_COLUMNS),
  ]);
}

async function check(input: Input): Promise<void> {
  const clock = virtualClock(Date.parse(STARTED));
  const heard = hearing(clock);
  const results = new MemoryBucket("results");
  const handler = createHandler({
    topics: TOPICS,
    databases: DATABASES,
    marginSeconds: 7200,
    balanceDays: 7,
    deduplicationDays: undefined,
    clients: { getTables: async (database) => ({ TableList: tablesIn(database, input) }) },
    progress: new MemoryProgress(),
    results,
    clock,
    ...heard,
  });
  const event = edited({ execution: textOf(input.execution), startedAt: STARTED }, input.event);
  const ended = await invoked(handler(event, lambdaContext(clock)), clock);
  heard.check();
  if (ended.thrown !== undefined) {
    assert.ok(isMeant(ended.thrown), ended.thrown.stack);
    assert.match(ended.thrown.message, /^event: /);
    return;
  }
  const { key, topics, skipped } = ended.answer as PlanAnswer;
  assert.match(key, /^runs\/[^/]+\/plan\.json$/);
  const plan = JSON.parse((await results.get(key)) ?? "null") as PlanItem[];
  assert.deepEqual([plan.length, skipped], [topics, 0]);
  assert.deepEqual(
    plan.map(({ topic }) => topic),
    TOPICS.map(({ topic }) => topic),
    "a topic is in no plan",
  );
  for (const item of plan) {
    const hasStatements = [item.curate, item.refine, item.count].every((sql) => typeof sql === "string");
    assert.equal(item.refused === null, hasStatements);
    for (const sql of [...item.ddl, item.curate, item.refine, item.reject, item.count]) assertQuoted(sql ?? "");
  }
}

/** Whoever may add a column must not be able to add a statement: outside quotes there is nothing of a name's. */
function assertQuoted(sql: string): void {
  const bare = sql.replace(/'(?:[^']|'')*'|"(?:[^"]|"")*"|`(?:[^`]|``)*`/g, "");
  assert.doesNotMatch(bare, /['"`;]|DROP|drop/, `not all names are quoted: ${sql.slice(0, 500)}`);
}

const RUN = once("4f6b-run_1");
const input = (given: Partial<Input>): Input => ({
  ...{ event: [], execution: RUN, column: once("more") },
  ...given,
});
const NASTY = [once("a`; DROP TABLE x; --"), once('a"; DROP TABLE x; --'), once("a'; DROP TABLE x; --"), once("a\\`b")];

export const refineryPlan = door<Input>({
  name: "refinery-plan",
  inputs: fc.record({
    event: edits,
    execution: fc.oneof({ weight: 4, arbitrary: fc.constant(RUN) }, { weight: 1, arbitrary: hostileText }),
    column: fc.oneof(fc.constantFrom(...NASTY), hostileText),
  }),
  cases: {
    "six megabytes for an execution's name": input({ execution: [["x", 6_000_000]] }),
    "six megabytes for a column's name": input({ column: [["x", 6_000_000]] }),
    ...Object.fromEntries(NASTY.map((one) => [`a column ${textOf(one)}`, input({ column: one })])),
    ...Object.fromEntries(
      Object.entries(HOSTILE_TEXTS).map(([name, one]) => [`a column that is ${name}`, input({ column: one })]),
    ),
    ...Object.fromEntries(
      Object.entries(HOSTILE_TEXTS).map(([name, one]) => [`an execution that is ${name}`, input({ execution: one })]),
    ),
  },
  check,
});
