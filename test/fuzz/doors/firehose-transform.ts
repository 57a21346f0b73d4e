import assert from "node:assert/strict";
import type { FirehoseTransformationEvent } from "aws-lambda";
import fc from "fast-check";
import { createHandler } from "../../../functions/firehose-transform/handler.ts";
import { MAX_RESPONSE_BYTES, routesTo } from "../../../functions/firehose-transform/transform.ts";
import { lambdaContext } from "../../functions/support/sqs.ts";
import { virtualClock } from "../../support/virtual-clock.ts";
import { door } from "../door.ts";
import { type Edit, edited, edits } from "../edits.ts";
import { hearing } from "../hearing.ts";
import { invoked } from "../invoked.ts";
import { messageText } from "../messages.ts";
import { HOSTILE_TEXTS, once, type Text, textOf } from "../text.ts";

interface Record {
  row: Text;
  /** How its bytes are written down. */
  as: "base64" | "as it is" | "with spaces";
}

interface Input {
  records: readonly Record[];
  edits: readonly Edit[];
}

const ROUTES = routesTo("raw", { events: "events", "order-events": "order_events" });
const GOOD: Record = { row: once('{"topic_name":"events","json_payload":"{}"}'), as: "base64" };

function eventOf({ records, edits: all }: Input): FirehoseTransformationEvent {
  const event = {
    invocationId: "invocation-1",
    deliveryStreamArn: "arn:aws:firehose:eu-west-1:123456789012:deliverystream/lean-ops-dev-events",
    region: "eu-west-1",
    records: records.map(({ row, as }, n) => {
      const base64 = Buffer.from(textOf(row)).toString("base64");
      const data = { base64, "as it is": textOf(row), "with spaces": ` ${base64}\n` }[as];
      return { recordId: `4966${n}`, approximateArrivalTimestamp: 1_795_416_360_000, data };
    }),
  };
  return edited(event, all);
}

async function check(input: Input): Promise<void> {
  const event = eventOf(input);
  const clock = virtualClock();
  const heard = hearing(clock);
  const handler = createHandler({ routes: ROUTES, log: heard.log });
  const ended = await invoked(handler(event, lambdaContext(clock)), clock);
  heard.check();
  const records: unknown = event?.records;
  const isAnswerable = Array.isArray(records) && records.every((record) => typeof record?.recordId === "string");
  if (!isAnswerable) {
    // Firehose tries three times more, and then keeps the batch as it came under the error prefix.
    if (ended.thrown !== undefined) return;
  }
  assert.equal(ended.thrown, undefined, `${ended.thrown?.stack}`);
  const { records: answers } = ended.answer as { records: { [key: string]: unknown }[] };
  const given = records as { recordId: unknown; data: unknown }[];
  assert.deepEqual(
    answers.map(({ recordId }) => recordId),
    given.map(({ recordId }) => recordId),
  );
  assert.ok(Buffer.byteLength(JSON.stringify(ended.answer)) <= MAX_RESPONSE_BYTES);
  for (const [n, { result, data, metadata }] of answers.entries()) {
    if (result === "ProcessingFailed") continue;
    assert.equal(result, "Ok");
    assert.equal(data, given[n]?.data);
    // What Firehose reads of it is one JSON object of a known topic.
    assert.equal(Buffer.from(String(data), "base64").toString("base64"), data, "data that is no base64 is delivered");
    const row = JSON.parse(Buffer.from(String(data), "base64").toString());
    const { otfMetadata } = metadata as { otfMetadata: { destinationTableName: string } };
    assert.equal(otfMetadata.destinationTableName, row.topic_name.replaceAll("-", "_"));
    assert.ok(["events", "order-events"].includes(row.topic_name));
  }
}

const record: fc.Arbitrary<Record> = fc.oneof(
  { weight: 2, arbitrary: fc.record({ row: messageText, as: fc.constantFrom("base64", "as it is", "with spaces") }) },
  { weight: 1, arbitrary: fc.constantFrom("base64" as const, "with spaces" as const).map((as) => ({ ...GOOD, as })) },
);
const rows = (texts: readonly Text[], as: Record["as"] = "base64"): Input => ({
  records: texts.map((row) => ({ row, as })),
  edits: [],
});

export const firehoseTransform = door<Input>({
  name: "firehose-transform",
  event: eventOf,
  inputs: fc.record({ records: fc.array(record, { maxLength: 8 }), edits }),
  cases: {
    "an empty batch": rows([]),
    "every hostile text": rows(Object.values(HOSTILE_TEXTS)),
    "every hostile text that is no base64": rows(Object.values(HOSTILE_TEXTS), "as it is"),
    "good rows that are not quite base64": rows([GOOD.row, GOOD.row], "with spaces"),
    "more of the smallest rows than an answer can hold": rows(
      Array.from({ length: 32_000 }, () => once('{"topic_name":"events"}')),
    ),
    "six megabytes in six rows": rows(
      Array.from({ length: 6 }, () => [
        ['{"topic_name":"events","json_payload":"', 1],
        ["x", 785_000],
        ['"}', 1],
      ]),
    ),
    "a record id twice": { records: [GOOD, GOOD], edits: [{ place: 4, change: "repeat" }] },
  },
  check,
});
