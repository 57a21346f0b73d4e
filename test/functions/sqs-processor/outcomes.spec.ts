import assert from "node:assert/strict";
import fc from "fast-check";
import { SIGNALS } from "../../../functions/common/signals.ts";
import { FAILURES, type FailureType } from "../../../functions/sqs-processor/failures.ts";
import type { Outcome } from "../../../functions/sqs-processor/message.ts";
import { metricsOf, type Outcomes, outcomesByTopic, sumOf } from "../../../functions/sqs-processor/outcomes.ts";

const failures = Object.keys(FAILURES) as FailureType[];
const outcomes: fc.Arbitrary<Outcomes> = fc.dictionary(
  fc.constantFrom<Outcome>("forwarded", "dropped", ...failures),
  fc.integer({ min: 1, max: 100 }),
);
const total = (counts: Readonly<Record<string, number>>) => Object.values(counts).reduce((sum, one) => sum + one, 0);

describe("metricsOf", () => {
  it("counts each message as received, and once as what became of it", () => {
    fc.assert(
      fc.property(outcomes, (ended) => {
        const { MessagesReceived, ...became } = metricsOf(ended);
        assert.equal(MessagesReceived, total(ended));
        assert.equal(total(became), total(ended));
      }),
    );
  });

  it("adds up over topics", () => {
    fc.assert(
      fc.property(fc.array(outcomes, { maxLength: 4 }), (topics) => {
        const sums: Record<string, number> = metricsOf({});
        for (const topic of topics) {
          for (const [name, messages] of Object.entries(metricsOf(topic))) sums[name] = (sums[name] ?? 0) + messages;
        }
        assert.deepEqual(metricsOf(sumOf(topics)), sums);
      }),
    );
  });

  it("says of nothing that it is zero, and leaves out what is rare", () => {
    const always = ["MessagesReceived", "RecordsForwarded", "MessagesDropped"];
    const dependencies = ["DependencyFailures", "DependencyThrottles"];
    assert.deepEqual(metricsOf({}), Object.fromEntries([...always, ...dependencies].map((name) => [name, 0])));
  });

  const expected: Readonly<Record<FailureType, string>> = {
    FIREHOSE_THROTTLED: SIGNALS.dependencyThrottles,
    FIREHOSE_UNAVAILABLE: SIGNALS.dependencyFailures,
    FIREHOSE_REFUSED: SIGNALS.dependencyFailures,
    DEAD_LETTER_QUEUE_THROTTLED: SIGNALS.dependencyThrottles,
    DEAD_LETTER_QUEUE_UNAVAILABLE: SIGNALS.dependencyFailures,
    DEAD_LETTER_QUEUE_REFUSED: SIGNALS.dependencyFailures,
    NO_ROOM_FOR_REASON: SIGNALS.leftToRedrive,
    UNEXPECTED_ERROR: SIGNALS.unknownFailures,
    NOT_REACHED: SIGNALS.notReached,
  };
  for (const failure of failures) {
    it(`counts ${failure} as ${expected[failure]}`, () => {
      assert.deepEqual(metricsOf({ [failure]: 2 }), {
        ...metricsOf({}),
        MessagesReceived: 2,
        [expected[failure]]: 2,
      });
    });
  }
});

describe("outcomesByTopic", () => {
  it("tells topics apart, whatever they are called", () => {
    const message = (topic: string, outcome: Outcome) =>
      ({ topic, outcome }) as Parameters<typeof outcomesByTopic>[0][0];
    const counted = outcomesByTopic([
      message("constructor", "forwarded"),
      message("__proto__", "dropped"),
      message("constructor", "forwarded"),
      message("constructor", "NOT_REACHED"),
    ]);
    assert.deepEqual(
      [...counted],
      [
        ["constructor", { forwarded: 2, NOT_REACHED: 1 }],
        ["__proto__", { dropped: 1 }],
      ],
    );
  });
});
