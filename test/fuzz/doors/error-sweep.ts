import assert from "node:assert/strict";
import fc from "fast-check";
import { notifiedKeys } from "../../../functions/common/error-notification.ts";
import { createHandler } from "../../../functions/error-sweep/handler.ts";
import { lambdaContext } from "../../functions/support/sqs.ts";
import { virtualClock } from "../../support/virtual-clock.ts";
import { door } from "../door.ts";
import { madeFrom, type Value } from "../edits.ts";
import { hearing } from "../hearing.ts";
import { invoked } from "../invoked.ts";
import { type Behaviour, behaviours, dependency } from "../sick.ts";
import { HOSTILE_TEXTS, hostileText, once, type Text, textOf } from "../text.ts";

interface Input {
  /** Whatever the schedule, or somebody else, sends. */
  event: Value;
  /** What their keys end with, which S3 limits to 1,024 bytes, and their age. */
  files: readonly { key: Text; minutes: number }[];
  calls: readonly Behaviour[];
}

const MINUTE_MS = 60_000;
const SWEPT_AFTER_MINUTES = 15;

/** S3's keys are UTF-8, which has no lone surrogates. */
function keyOf(key: Text, n: number): string {
  return `failed/${n}/${textOf(key).slice(0, 300).toWellFormed()}`;
}

async function check({ event, files, calls }: Input): Promise<void> {
  const clock = virtualClock();
  const heard = hearing(clock);
  const told: string[] = [];
  const call = dependency(calls, ["Throttling"]);
  const pages = [files.slice(0, 2), files.slice(2)];
  const handler = createHandler({
    errorBucket: "errors",
    clients: {
      async listFiles(token) {
        const page = Number(token ?? 0);
        const Contents = (pages[page] ?? []).map(({ key, minutes }, n) => ({
          Key: keyOf(key, page * 2 + n),
          LastModified: new Date(clock.now() - minutes * MINUTE_MS),
        }));
        return { Contents, NextContinuationToken: page === 0 ? "1" : undefined };
      },
      async sendBodies(bodies) {
        heard.expect(() => assert.ok(bodies.length <= 10));
        const takes = await call();
        const taken = bodies.filter((_, n) => takes(n));
        told.push(...taken.flatMap((body) => notifiedKeys(body, "errors") ?? []));
        return { Successful: taken.map((_, n) => ({ Id: String(n), MessageId: "m", MD5OfMessageBody: "" })) };
      },
    },
    clock,
    ...heard,
  });
  const ended = await invoked(handler(madeFrom(event), lambdaContext(clock)), clock);
  const old = files.flatMap(({ key, minutes }, n) => (minutes >= SWEPT_AFTER_MINUTES ? [keyOf(key, n)] : []));
  // What was not told of fails the invocation, and the next one begins again.
  if (ended.thrown === undefined) assert.deepEqual(told, old);
  else {
    assert.match(ended.thrown.message, /^(not all error files told of|the error files could not all be listed)/);
    assert.ok(calls.length > 0, ended.thrown.message);
  }
  heard.check();
}

export const errorSweep = door<Input>({
  name: "error-sweep",
  inputs: fc.record({
    event: fc.oneof(
      fc.record({ text: hostileText }),
      fc.record({ json: fc.constantFrom("null", "[]", "{}", '{"__proto__":{"polluted":true}}') }),
      fc.constant({ levels: 100_000 }),
    ),
    files: fc.array(fc.record({ key: hostileText, minutes: fc.constantFrom(0, 14, 15, 60, 1e6) }), { maxLength: 25 }),
    calls: behaviours,
  }),
  cases: {
    "no files": { event: { json: "null" }, files: [], calls: [] },
    "six megabytes in the event, and more files than two pages can hold": {
      event: { text: [["x", 6_000_000]] },
      files: Array.from({ length: 2500 }, () => ({ key: [["k", 300]], minutes: 60 })),
      calls: [],
    },
    "every hostile key": {
      event: { json: '{"Records":[]}' },
      files: [once("a+b%20c d/é\u2028"), ...Object.values(HOSTILE_TEXTS)].map((key) => ({ key, minutes: 60 })),
      calls: [],
    },
  },
  check,
});
