import assert from "node:assert/strict";
import { PassThrough } from "node:stream";
import { fileURLToPath } from "node:url";
import type { TrackerItem } from "../../../functions/common/error-tracker.ts";
import { parseOptions } from "../../../scripts/replay/options.ts";
import { run } from "../../../scripts/replay/run.ts";
import { openTrackerTable, type TrackerTable } from "../../functions/support/dynamodb.ts";
import { setEnvironment } from "../../functions/support/environment.ts";
import { requestedItem } from "../../functions/support/replay.ts";
import { type CircuitTable, circuitItem, createCircuitTable, HOLD } from "../common/circuit-table.ts";

const ROOT = fileURLToPath(new URL("../../..", import.meta.url));
const { replay_requested_at: _, ...ARCHIVED } = requestedItem({ status: "ARCHIVED" });

describe("npm run replay", () => {
  let table: TrackerTable;
  let restore: () => void;
  before(async () => {
    table = await openTrackerTable("lean-ops-dev-error-tracker");
    restore = setEnvironment({
      AWS_ENDPOINT_URL: table.endpoint,
      AWS_REGION: "eu-west-1",
      AWS_ACCESS_KEY_ID: "id",
      AWS_SECRET_ACCESS_KEY: "key",
    });
  });
  after(async () => {
    restore();
    await table.close();
  });

  async function replay(...args: string[]): Promise<{ code: number; text: string }> {
    const stream = new PassThrough();
    const code = await run(
      parseOptions(["--since", "2026-01-10", ...args]),
      ROOT,
      stream as unknown as NodeJS.WriteStream,
    );
    return { code, text: String(stream.read() ?? "") };
  }

  const items = (topic: string): TrackerItem[] => [
    { ...ARCHIVED, topic, date_message_id: "2026-01-10#a" },
    { ...ARCHIVED, topic, date_message_id: "2026-01-12#b" },
    { ...ARCHIVED, topic, date_message_id: "2026-01-12#c", error_class: "UNKNOWN", error_type: "RECEIVES_EXHAUSTED" },
    { ...ARCHIVED, topic, date_message_id: "2026-01-12#d", status: "REPLAYED", replay_count: 1 },
    { ...ARCHIVED, topic, date_message_id: "2026-01-12#e", replay_count: 5 },
  ];
  const statuses = (topic: string) => Promise.all(items(topic).map(async (item) => (await table.get(item))?.status));

  it("says what it would do, and changes nothing", async () => {
    await Promise.all(items("events").map((item) => table.put(item)));
    const { code, text } = await replay("--topic", "events");
    assert.equal(code, 0);
    assert.equal(
      text,
      `Replay of events, from lean-ops-dev-error-tracker in eu-west-1

  topic   class    type                messages  first sent
  events  DROP     BODY_NOT_JSON              2  2026-01-10 to 2026-01-12
  events  UNKNOWN  RECEIVES_EXHAUSTED         1  2026-01-12

  left out: 1 replayed already
  left out: 1 replayed 5 times, which is as often as is allowed

Nothing was changed. With --yes, the replay of 3 messages is asked for.
`,
    );
    assert.deepEqual(await statuses("events"), ["ARCHIVED", "ARCHIVED", "ARCHIVED", "REPLAYED", "ARCHIVED"]);
  });

  it("asks for what is selected with --yes, and for nothing when it is repeated", async () => {
    await Promise.all(items("orders").map((item) => table.put(item)));
    const selected = ["--topic", "orders", "--error-class", "DROP", "--rate", "1000", "--yes"];
    const first = await replay(...selected);
    assert.equal(first.code, 0);
    assert.match(first.text, /asked for 2 of 2\nThe replay of 2 messages is asked for\.\n$/);
    const requested = "REPLAY_REQUESTED";
    assert.deepEqual(await statuses("orders"), [requested, requested, "ARCHIVED", "REPLAYED", "ARCHIVED"]);
    const second = await replay(...selected);
    assert.match(second.text, /left out: 2 asked for already\n.*\nThere is nothing to replay\.\n$/s);
  });

  it("warns of a topic that the stack does not have, and looks for what it left behind all the same", async () => {
    await table.put({ ...ARCHIVED, topic: "removed", date_message_id: "2026-01-10#a" });
    const removed = await replay("--topic", "removed");
    assert.equal(removed.code, 0);
    assert.match(removed.text, /\n\nStack dev has no topic removed now; it has events, orders, payments\.\n\n/);
    assert.match(removed.text, /the replay of 1 message is asked for\.\n$/);
    const none = await replay("--topic", "_none");
    assert.doesNotMatch(none.text, /has no topic/);
  });

  describe("while there is a circuit", () => {
    let circuit: CircuitTable;
    const event = { ...ARCHIVED, topic: "events", date_message_id: "2026-03-01#a" };
    const selected = ["--topic", "events", "--since", "2026-03-01"];
    before(async () => {
      circuit = await createCircuitTable(table.client, "lean-ops-dev-circuit");
    });
    beforeEach(() => table.put(event));
    after(() => circuit.remove());

    for (const [state, given, words] of [
      ["OPEN", {}, "is OPEN since 2026-01-10 06:30:00 UTC (Firehose is away)"],
      ["HALF_OPEN", {}, "is HALF_OPEN since 2026-01-10 06:30:00 UTC (Firehose is away)"],
      ["HOLD", { hold: HOLD }, "is held by jane until 2026-01-10 08:00:00 UTC (maintenance)"],
    ] as const) {
      it(`asks for nothing with --yes while it is ${state}, and warns without`, async () => {
        await circuit.put(circuitItem({ state, ...given }));
        const { code, text } = await replay(...selected, "--yes");
        assert.equal(code, 1);
        assert.ok(
          text.endsWith(
            `\n\nThe circuit ${words}: nothing is replayed until it is closed (npm run breaker -- status).\n`,
          ),
        );
        assert.equal((await table.get(event))?.status, "ARCHIVED");
        const dry = await replay(...selected);
        assert.equal(dry.code, 0);
        assert.ok(dry.text.includes(`\n\nThe circuit ${words}: until it is closed, --yes is refused.\n\n`));
        assert.match(dry.text, /With --yes, the replay of 1 message is asked for\.\n$/);
      });
    }

    it("asks for what is selected once it is closed", async () => {
      await circuit.put(circuitItem({ state: "CLOSED" }));
      const { code, text } = await replay(...selected, "--yes");
      assert.equal(code, 0);
      assert.doesNotMatch(text, /circuit/);
      assert.equal((await table.get(event))?.status, "REPLAY_REQUESTED");
    });

    it("says that it is not asked where nobody knows whose table it is, and goes on", async () => {
      await circuit.put(circuitItem());
      const other = await replay(...selected, "--table", "lean-ops-dev-error-tracker", "--stack", "nope");
      assert.equal(other.code, 0);
      assert.match(other.text, /Nobody knows which stack lean-ops-dev-error-tracker belongs to: whether its circuit/);
    });
  });

  it("ends with 1 and says so where there is no such table or stack", async () => {
    const other = await replay("--topic", "orders", "--table", "other");
    assert.equal(other.code, 1);
    assert.match(other.text, /There is no table other in eu-west-1/);
    const nope = await replay("--topic", "orders", "--stack", "nope");
    assert.deepEqual([nope.code, nope.text.includes("Pulumi.nope.yaml")], [1, true]);
  });
});
