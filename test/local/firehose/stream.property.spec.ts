import assert from "node:assert/strict";
import fc from "fast-check";
import { AwsError } from "../../../local/api/errors.ts";
import { newStream, ok, orders, payments, respond, route, type Stage, type TransformEvent, text } from "./fixtures.ts";

/** What a function may make of one record. */
const recordAnswers = [
  "order",
  "payment",
  "no row",
  "no JSON",
  "no such table",
  "no route",
  "dropped",
  "failed",
  "silent",
  "twice",
  "another id",
] as const;
/** What may become of a whole invocation. */
const invocationAnswers = [
  "by record",
  "throttled",
  "function error",
  "no JSON",
  "unknown result",
  "bad base64",
] as const;

const behaviour = fc.record({
  records: fc.array(fc.constantFrom(...recordAnswers), { minLength: 1, maxLength: 40 }),
  /** By invocation; those beyond the end answer by record. */
  invocations: fc.array(fc.constantFrom(...invocationAnswers), { maxLength: 12 }),
  inserts: fc.array(fc.boolean(), { maxLength: 12 }),
  writes: fc.array(fc.boolean(), { maxLength: 12 }),
  retries: fc.integer({ min: 0, max: 3 }),
  retryMs: fc.constantFrom(0, 5000),
  transformBytes: fc.constantFrom(1, 60, 400),
  deliveryBytes: fc.constantFrom(1, 100, 10_000),
  putSize: fc.integer({ min: 1, max: 10 }),
});

type Behaviour = typeof behaviour extends fc.Arbitrary<infer T> ? T : never;

function identity(base64: string): string {
  return /id-\d+/.exec(text(base64))?.[0] ?? "";
}

/** Sets the function up; the set holds the ids that the last answer for them dropped. */
function behave({ fn, tables, objects }: Stage, { records, invocations, inserts, writes }: Behaviour): Set<string> {
  const dropped = new Set<string>();
  tables.refuse = (attempt) => inserts[attempt - 1] === true;
  objects.refuse = (attempt) => writes[attempt - 1] === true;
  fn.answer = (event) => {
    for (const { data } of event.records) dropped.delete(identity(data));
    switch (invocations[fn.events.length - 1] ?? "by record") {
      case "throttled":
        throw new AwsError("TooManyRequestsException", "Rate exceeded");
      case "function error":
        return { payload: "{}", functionError: "Unhandled" };
      case "no JSON":
        return { payload: "<html>" };
      case "unknown result":
        return respond(event.records.map((one) => ({ ...ok(one), result: "Maybe" })));
      case "bad base64":
        return respond(event.records.map((one) => ({ ...ok(one), data: "%" })));
      default:
        return respond(event.records.flatMap((one) => answerFor(one, records, dropped)));
    }
  };
  return dropped;
}

function answerFor(one: TransformEvent["records"][number], records: Behaviour["records"], dropped: Set<string>) {
  const id = identity(one.data);
  const encoded = (value: string) => ({ ...one, data: Buffer.from(value).toString("base64") });
  switch (records[Number(id.slice(3))]) {
    case "order":
      return [ok(one)];
    case "payment":
      return [ok(one, "payments")];
    case "no row":
      return [ok(encoded(`{"id":"${id}"}`))];
    case "no JSON":
      return [ok(encoded(`${id} {`))];
    case "no such table":
      return [ok(one, "refunds")];
    case "no route":
      return [{ ...ok(one), metadata: route("") }];
    case "dropped":
      dropped.add(id);
      return [{ recordId: one.recordId, result: "Dropped" }];
    case "failed":
      return [{ recordId: one.recordId, result: "ProcessingFailed" }];
    case "twice":
      return [ok(one), ok(one, "payments")];
    case "another id":
      return [{ ...ok(one), recordId: "of no record" }];
    default:
      return [];
  }
}

describe("delivery stream", () => {
  it("brings every accepted record to exactly one end: a row, dropped, or an error object", async () => {
    await fc.assert(
      fc.asyncProperty(behaviour, async (given) => {
        const { retries, retryMs, transformBytes, deliveryBytes } = given;
        const stage = newStream({
          transform: { retries, buffer: { bytes: transformBytes, ms: 1000 } },
          delivery: { retryMs, buffer: { bytes: deliveryBytes, ms: 1000 } },
          errors: { buffer: { bytes: 2000, ms: 1000 } },
        });
        const { stream, clock, tables, objects } = stage;
        const dropped = behave(stage, given);
        const ids = given.records.map((_, index) => `id-${index}`);
        for (let first = 0; first < ids.length; first += given.putSize) {
          stream.put(ids.slice(first, first + given.putSize).map(recordOf));
          const { accepted, rows, dropped: drops, failed, buffered } = stream.account();
          assert.equal(accepted, rows + drops + failed + buffered);
          await clock.advance(100);
        }
        let isFlushed = false;
        const flush = stream.flush().then(() => {
          isFlushed = true;
        });
        while (!isFlushed) await clock.advance(30_000);
        await flush;

        const inRows = [...tables.ids(orders), ...tables.ids(payments)].map(String);
        const inErrors = objects.documents().map(({ rawData }) => identity(rawData));
        assert.deepEqual([...inRows, ...inErrors, ...dropped].sort(), ids.toSorted());
        assert.deepEqual(stream.account(), {
          accepted: ids.length,
          rows: inRows.length,
          dropped: dropped.size,
          failed: inErrors.length,
          buffered: 0,
        });
        assert.equal(clock.pending(), 0);
      }),
      { numRuns: 60 },
    );
  });
});

function recordOf(id: string): { data: string; bytes: number } {
  const value = Buffer.from(`{"id":"${id}","n":1}`);
  return { data: value.toString("base64"), bytes: value.length };
}
