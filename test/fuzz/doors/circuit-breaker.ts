import assert from "node:assert/strict";
import fc from "fast-check";
import { ALARM, World } from "../../functions/circuit-breaker/support/world.ts";
import { door } from "../door.ts";
import { type Edit, edited, edits, madeFrom, type Value } from "../edits.ts";
import { checkLine } from "../hearing.ts";
import { HOSTILE_TEXTS, hostileText, once, type Text, textOf } from "../text.ts";

type Event =
  /** CloudWatch's messages through SNS. */
  | { alarms: readonly { message: readonly Edit[] | Text; state: string }[] }
  /** What the schedule sends. */
  | { tick: true }
  /** What an operator sends. */
  | { command: string; reason: Text; by: Text; minutes: number }
  | { other: Value };

interface Input {
  event: Event;
  edits: readonly Edit[];
}

const isText = (message: readonly Edit[] | Text): message is Text => Array.isArray(message[0]);

/** https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/Notify_Users_Alarm_Changes.html */
function messageOf(message: readonly Edit[] | Text, state: string, now: number): string {
  if (isText(message)) return textOf(message);
  const alarm = {
    AlarmName: ALARM,
    AlarmDescription: "docs/operations.md#circuit-error-rate",
    AWSAccountId: "123456789012",
    NewStateValue: state,
    NewStateReason: "Threshold Crossed: 1 datapoint [97.0] was greater than the threshold (50.0).",
    StateChangeTime: new Date(now).toISOString().replace("Z", "+0000"),
    Region: "EU (Ireland)",
    OldStateValue: "OK",
    Trigger: { Metrics: [{ Id: "share", Expression: "100 * failures / received", ReturnData: true }], Period: 60 },
  };
  try {
    return JSON.stringify(edited(alarm, message));
  } catch {
    return "too deep for JSON.stringify, and so for whoever would send it";
  }
}

function eventOf({ event, edits: all }: Input, world: World): unknown {
  const now = world.clock.now();
  if ("other" in event) return madeFrom(event.other);
  if ("tick" in event) return edited(world.tickEvent() as object, all);
  if ("command" in event) {
    const { command, reason, by, minutes } = event;
    return edited({ command, reason: textOf(reason), by: textOf(by), minutes }, all);
  }
  const Records = event.alarms.map(({ message, state }, n) => ({
    EventSource: "aws:sns",
    EventVersion: "1.0",
    EventSubscriptionArn: "arn:aws:sns:eu-west-1:123456789012:lean-ops-dev-breaker:1",
    Sns: {
      Type: "Notification",
      MessageId: `message-${n}`,
      TopicArn: "arn:aws:sns:eu-west-1:123456789012:lean-ops-dev-breaker",
      Subject: `ALARM: "${ALARM}" in EU (Ireland)`,
      Message: messageOf(message, state, now),
      Timestamp: new Date(now).toISOString(),
      MessageAttributes: {},
    },
  }));
  return edited({ Records }, all);
}

/** Whether a message says that one of the circuit's alarms has gone off. */
function isRaised(record: unknown): boolean {
  try {
    const { AlarmName, NewStateValue } = JSON.parse((record as { Sns: { Message: string } }).Sns.Message);
    return AlarmName === ALARM && NewStateValue === "ALARM";
  } catch {
    return false;
  }
}

const LONGEST_ERROR = 1000;

async function check(input: Input): Promise<void> {
  const world = new World();
  world.lambda.create("orders");
  const event = eventOf(input, world);
  const { outcome, answer, error } = await world.invoke(event);
  assert.equal(outcome, "answered", error instanceof Error ? error.stack : String(error));
  if (answer !== undefined) JSON.parse(JSON.stringify(answer));
  for (const line of world.logged) checkLine(JSON.stringify(line));
  if (answer?.ok === false)
    assert.ok(answer.error.length < LONGEST_ERROR, `an error of ${answer.error.length} characters`);

  const given = typeof event === "object" && event !== null ? (event as Record<string, unknown>) : {};
  if ("Records" in given) {
    const raised = Array.isArray(given.Records) && given.Records.some(isRaised);
    assert.equal(world.state, raised ? "OPEN" : "CLOSED");
    assert.deepEqual(world.lambda.states(), raised ? { Disabled: 1 } : { Enabled: 1 });
  } else if (answer?.ok !== true)
    assert.equal(world.state, "CLOSED", "a command that was refused has changed something");
}

const alarm = (message: readonly Edit[] | Text, state = "ALARM") => ({ message, state });
const hostile = [once(""), ...Object.values(HOSTILE_TEXTS)];
const others: Value[] = [{ json: "null" }, { json: "[]" }, { json: '{"Records":{}}' }, { levels: 100_000 }];

export const circuitBreaker = door<Input>({
  name: "circuit-breaker",
  inputs: fc.record({
    event: fc.oneof(
      {
        weight: 4,
        arbitrary: fc.record({
          alarms: fc.array(
            fc.record({
              message: fc.oneof({ weight: 3, arbitrary: edits }, { weight: 1, arbitrary: hostileText }),
              state: fc.constantFrom("ALARM", "OK", "INSUFFICIENT_DATA"),
            }),
            { maxLength: 4 },
          ),
        }),
      },
      { weight: 1, arbitrary: fc.constant({ tick: true } as const) },
      {
        weight: 3,
        arbitrary: fc.record({
          command: fc.constantFrom("status", "open", "close", "hold", "release", "reconcile", "constructor"),
          reason: hostileText,
          by: fc.constantFrom(once("jane"), once("\u2028")),
          minutes: fc.constantFrom(1, 90, -1, 1e99),
        }),
      },
      {
        weight: 1,
        arbitrary: fc
          .oneof(
            fc.constantFrom(...others),
            hostileText.map((text) => ({ text })),
          )
          .map((other) => ({ other })),
      },
    ),
    edits,
  }),
  cases: {
    "no records": { event: { alarms: [] }, edits: [] },
    "an alarm among every hostile text": {
      event: { alarms: [...hostile.map((text) => alarm(text)), alarm([])] },
      edits: [],
    },
    "every hostile text, and no alarm": { event: { alarms: hostile.map((text) => alarm(text)) }, edits: [] },
    "an alarm whose time cannot be a text": {
      event: { alarms: [alarm([{ place: 5, change: { put: { json: '{"toString":null,"valueOf":null}' } } }])] },
      edits: [],
    },
    "six megabytes in a command": {
      event: { command: "open", reason: [["x", 6_000_000]], by: once("jane"), minutes: 1 },
      edits: [],
    },
    "six megabytes in 24 alarms, and one that is one": {
      event: { alarms: [...Array.from({ length: 24 }, () => alarm([["x", 250_000]])), alarm([])] },
      edits: [],
    },
    "a command of 100,000 levels": {
      event: { command: "open", reason: once("drill"), by: once("jane"), minutes: 1 },
      edits: [{ place: 0, change: { put: { levels: 100_000 } } }],
    },
  },
  check,
});
