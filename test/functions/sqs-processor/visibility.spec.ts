import assert from "node:assert/strict";
import fc from "fast-check";
import { FAILURES, type FailureType } from "../../../functions/sqs-processor/failures.ts";
import {
  bystanderDelay,
  type Delay,
  failureDelay,
  SUSPECT,
  secondsOf,
} from "../../../functions/sqs-processor/visibility.ts";
import { settingsSchema } from "../../../settings/schema.ts";
import { completed } from "../../../settings/settings.ts";

const settings = completed(settingsSchema.parse({ topics: { orders: null } }));
const { maxReceiveCount, visibilityTimeoutSeconds } = settings.queue;
const { batchWindowSeconds, timeoutSeconds } = settings.processor;
const HOUR = 3600;
/** https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_ChangeMessageVisibility.html */
const MAX_VISIBILITY_SECONDS = 43_200;

interface Receive {
  receive: number;
  hidden: Delay;
  /** Seconds after the first receive: of this receive, and of the next. */
  at: Delay;
  until: Delay;
}

/** Every receive of a message that is hidden each time as told; by delays alone. */
function scheduleOf(delayOf: (receive: number) => Delay): Receive[] {
  const receives: Receive[] = [];
  let at = { shortest: 0, longest: 0 };
  for (let receive = 1; receive <= maxReceiveCount; receive++) {
    const hidden = delayOf(receive);
    const until = { shortest: at.shortest + hidden.shortest, longest: at.longest + hidden.longest };
    receives.push({ receive, hidden, at, until });
    at = until;
  }
  return receives;
}

const schedule = (type: FailureType) => scheduleOf((receive) => failureDelay(type, receive));

const ENDS_THE_PROCESS = scheduleOf((receive) =>
  receive === 1 ? { shortest: visibilityTimeoutSeconds, longest: visibilityTimeoutSeconds } : SUSPECT,
);

const range = ({ shortest, longest }: Delay) => (shortest === longest ? `${shortest}` : `${shortest}–${longest}`);

function table(title: string, receives: readonly Receive[]): string {
  const lines = receives.map(({ receive, hidden, at, until }) => [receive, range(hidden), range(at), range(until)]);
  const columns = [["receive", "hidden for", "received at", "again from"], ...lines];
  return [
    `${title}; seconds`,
    ...columns.map((cells) => cells.map((cell) => String(cell).padStart(11)).join("  ")),
  ].join("\n");
}

describe("the schedule of receives", () => {
  it("is this table, as the settings' defaults have it", () => {
    const types = ["FIREHOSE_UNAVAILABLE", "UNEXPECTED_ERROR", "NO_ROOM_FOR_REASON", "NOT_REACHED"] as const;
    const tables = types.map((type) => {
      return table(`${FAILURES[type].errorClass ?? "No failure"}: ${type}`, schedule(type));
    });
    console.log([...tables, table("It ends the process each time", ENDS_THE_PROCESS), ""].join("\n\n"));
    assert.deepEqual(
      schedule("FIREHOSE_UNAVAILABLE").map(({ hidden }) => range(hidden)),
      ["60–120", "120–240", "240–480", ...Array(maxReceiveCount - 3).fill("480–960")],
    );
  });

  it("is the same for every failure of a class", () => {
    const ofClass = (errorClass: string) =>
      Object.entries(FAILURES).filter(([, failure]) => failure.errorClass === errorClass);
    for (const [type] of ofClass("RETRY")) {
      assert.deepEqual(schedule(type as FailureType), schedule("FIREHOSE_UNAVAILABLE"));
    }
    assert.deepEqual(
      ["UNKNOWN", "DROP"].map((errorClass) => ofClass(errorClass).map(([type]) => type)),
      [["UNEXPECTED_ERROR"], ["NO_ROOM_FOR_REASON"]],
    );
  });

  it("receives a message whose dependency is away at 0, 60, 180 and 420 s at the earliest", () => {
    const earliest = schedule("FIREHOSE_REFUSED").map(({ at }) => at.shortest);
    assert.deepEqual(earliest.slice(0, 5), [0, 60, 180, 420, 900]);
  });

  it("dead-letters nothing in an outage of an hour, whatever chance says", () => {
    assert.ok((schedule("FIREHOSE_UNAVAILABLE").at(-1)?.until.shortest ?? 0) > HOUR);
  });

  it("uses 8 of 10 receives in an outage of an hour, by average delays", () => {
    let at = 0;
    let receives = 0;
    for (const { hidden } of schedule("FIREHOSE_UNAVAILABLE")) {
      if (at < HOUR) receives++;
      at += (hidden.shortest + hidden.longest) / 2;
    }
    assert.deepEqual([receives, maxReceiveCount], [8, 10]);
  });

  it("has what fails for an unknown reason in the dead-letter queue in less than a minute", () => {
    for (const type of ["UNEXPECTED_ERROR", "NO_ROOM_FOR_REASON"] as const) {
      const waiting = maxReceiveCount * batchWindowSeconds;
      assert.ok((schedule(type).at(-1)?.until.longest ?? 0) + waiting < 60, type);
    }
  });

  it("does not use up in 15 minutes what a slow function never reaches", () => {
    assert.ok((schedule("NOT_REACHED").at(-1)?.until.shortest ?? 0) > 900);
    assert.deepEqual(failureDelay("NOT_REACHED", 1), { shortest: 1, longest: 2 });
  });

  it("has a message that ends the process each time in the dead-letter queue in about 7 minutes", () => {
    const waiting = (maxReceiveCount - 1) * batchWindowSeconds;
    assert.equal((ENDS_THE_PROCESS.at(-1)?.until.longest ?? 0) + waiting, 90 + 9 * 36);
  });

  it("never shows a message while an invocation may still be at work on it", () => {
    const shortest = Math.min(SUSPECT.shortest, bystanderDelay(1, 2).shortest);
    assert.ok(shortest >= timeoutSeconds + 5);
    const longer = settingsSchema.safeParse({ topics: {}, processor: { timeoutSeconds: shortest - 4 } });
    assert.equal(longer.success, false);
  });

  it("stays within what SQS can hide, to the thousandth receive", () => {
    const delays = Object.keys(FAILURES).map((type) => failureDelay(type as FailureType, 1000));
    for (const { longest } of [...delays, SUSPECT, bystanderDelay(10_000, 1000)])
      assert.ok(longest <= MAX_VISIBILITY_SECONDS);
  });
});

describe("bystanderDelay", () => {
  it("is at least a suspect's, spread over a minute", () => {
    assert.deepEqual(bystanderDelay(1, 1), { shortest: 35, longest: 95 });
    assert.deepEqual(bystanderDelay(100, 2), { shortest: 35, longest: 95 });
  });

  it("is spread further where many suspects come together again and again", () => {
    const spreads = [2, 3, 4, 5, 6, 7, 10].map((receives) => bystanderDelay(100, receives).longest - 35);
    assert.deepEqual(spreads, [60, 120, 240, 480, 960, 960, 960]);
    assert.equal(bystanderDelay(3, 6).longest, 95);
  });
});

describe("secondsOf", () => {
  it("is a whole number of seconds, with each end as likely as any other", () => {
    const counts = new Map<number, number>();
    for (let n = 0; n < 300; n++) {
      const seconds = secondsOf({ shortest: 1, longest: 3 }, n / 300);
      counts.set(seconds, (counts.get(seconds) ?? 0) + 1);
    }
    assert.deepEqual(Object.fromEntries(counts), { 1: 100, 2: 100, 3: 100 });
  });

  it("never leaves the range", () => {
    const receives = fc.integer({ min: 1, max: 1000 });
    const random = fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true });
    fc.assert(
      fc.property(fc.constantFrom(...(Object.keys(FAILURES) as FailureType[])), receives, random, (type, n, lot) => {
        const delay = failureDelay(type, n);
        const seconds = secondsOf(delay, lot);
        assert.ok(Number.isInteger(seconds) && seconds >= delay.shortest && seconds <= delay.longest);
      }),
    );
  });
});
