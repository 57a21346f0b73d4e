import assert from "node:assert/strict";
import { setTimeout as pause } from "node:timers/promises";
import type { BalanceSummary } from "../../functions/water-balance/handler.ts";
import { layers } from "../../local/run/layers.ts";
import { refine } from "../../local/run/refinery.ts";
import { type RunningStack, startStack } from "../support/cloud.ts";

const DAY_MS = 86_400_000;

/** What the water balance says of a topic in its log. */
interface Said {
  message: string;
  topic?: string;
  days?: Record<string, string>;
  step?: string;
  error?: string;
  ingestion?: { inFirehose: number; unexplained: number };
}

describe("the refinery and the water balance, on the local cloud", function () {
  this.timeout(240_000);
  let stack: RunningStack;
  let said: Said[] = [];

  before(async () => {
    stack = await startStack({
      settings: {
        topics: {
          orders: { columns: { amount: "int", user_id: "string" }, required: ["user_id"] },
          payments: {},
        },
        // Nothing is delivered, and no run begins, but when a test says so.
        delivery: { bufferSeconds: 900, transform: { bufferSeconds: 0 } },
        refinery: { everyMinutes: 1440 },
      },
      log: (name, line) => {
        if (name.endsWith("-water-balance") && line.startsWith("{")) said.push(JSON.parse(line));
      },
    });
  });
  after(() => stack?.stop());

  const order = (id: string, payload: object, more: object = {}) =>
    JSON.stringify({ messageId: id, publishTime: new Date().toISOString(), ...more, payload });
  const good = { user_id: "u", amount: 1 };
  const buffered = () =>
    [...stack.cloud.firehose.streams.values()].reduce((sum, one) => sum + one.account().buffered, 0);

  /** Sends, and resolves when Firehose holds all of it. */
  async function forward(topic: string, ...bodies: string[]): Promise<void> {
    const before = buffered();
    await stack.send(topic, ...bodies);
    while (buffered() < before + bodies.length) await pause(5);
  }

  async function deliver(topic: string, ...bodies: string[]): Promise<void> {
    await forward(topic, ...bodies);
    await stack.cloud.firehose.flush();
  }

  async function run(): Promise<BalanceSummary> {
    said = [];
    const { summary, problem } = await refine(stack.cloud, stack.outputs);
    assert.ok(summary, problem);
    return summary;
  }

  const counted = async (topic = "orders") => {
    const found = (await layers(stack.cloud, stack.outputs)).get(topic);
    assert.ok(found);
    return found;
  };
  const query = (sql: string) => stack.cloud.tables.query(sql);
  const tables = () => {
    const of = (all: ReadonlyMap<string, string>) => all.get("orders") ?? "";
    const { curatedTables, semanticTables, rejectedTables, balanceTable } = stack.outputs;
    return {
      curated: of(curatedTables),
      semantic: of(semanticTables),
      rejected: of(rejectedTables),
      current: `${of(semanticTables)}_current`,
      balance: balanceTable,
    };
  };
  const notes = async () => {
    const rows = await query(
      `SELECT day, note FROM ${tables().balance} WHERE topic = 'orders' ORDER BY checked_at, day`,
    );
    return rows.map(({ note }) => String(note));
  };
  /** Waits for the next minutes' evaluation of the alarms. */
  async function goesOff(alarm: string): Promise<void> {
    const name = `lean-ops-dev-${alarm}`;
    while (stack.cloud.cloudwatch.alarms.find(name)?.state.value !== "ALARM") await pause(20);
  }
  /** What somebody does by hand behind Athena's back, as a commit. */
  async function byHand(sql: string, layer: "curated" | "semantic"): Promise<void> {
    await query(sql);
    const [database = "", name = ""] = tables()[layer].split(".");
    stack.cloud.tables.catalog.existingTable(database, name).committed();
  }

  it("names duplicates, corrections, what is rejected, and takes late rows; every layer holds every message", async () => {
    const late = new Date(Date.now() - 90 * DAY_MS).toISOString();
    await deliver(
      "orders",
      order("one", good),
      order("one", good),
      order("corrected", { ...good, _metadata: { idempotencyKeyResource: "k" } }),
      order("correction", { ...good, amount: 2, _metadata: { idempotencyKeyResource: "k" } }),
      order("cast", { ...good, amount: "many" }),
      order("required", { amount: 1 }),
      order("late", good, { publishTime: late }),
    );
    await deliver("payments", "{}");
    const summary = await run();
    assert.deepEqual(summary, { balanced: 2, unequal: 0, notChecked: 0, skipped: 0, unexplained: 0 });
    const { reasons, ...rows } = await counted();
    assert.deepEqual(rows, {
      rawRows: 7,
      curated: 6,
      semantic: 4,
      rejected: 2,
      duplicates: 1,
      superseded: 1,
      wrong: 0,
    });
    assert.deepEqual(reasons, { "amount: not of type int": 1, "user_id: required": 1 });
    assert.deepEqual(await query(`SELECT amount FROM ${tables().current} WHERE idempotency_key = 'k'`), [
      { amount: 2 },
    ]);
    assert.deepEqual(await notes(), [
      "1 duplicate; 2 rejected (1 amount: not of type int, 1 user_id: required); 1 superseded",
    ]);
  });

  it("changes nothing when it runs again, and skips what has nothing new", async () => {
    const before = await counted();
    assert.deepEqual(await run(), { balanced: 2, unequal: 0, notChecked: 0, skipped: 2, unexplained: 0 });
    assert.deepEqual(await counted(), before);
  });

  it("lets one of two runs that begin at once do the work", async () => {
    await deliver("orders", order("two at once", good));
    const both = await Promise.all([1, 2].map(() => refine(stack.cloud, stack.outputs)));
    const problems = both.map(({ problem }) => problem).filter((problem) => problem !== undefined);
    assert.deepEqual(problems, ["another run is under way"]);
    assert.deepEqual((await counted()).wrong, 0);
  });

  it("names a row that somebody deleted from CURATED in the next run, puts it back, and the alarm goes off", async () => {
    await byHand(`DELETE FROM ${tables().curated} WHERE message_id = 'late'`, "curated");
    assert.equal((await run()).unexplained, 1);
    const { days = {} } = said.find(({ message, topic }) => message === "topic unequal" && topic === "orders") ?? {};
    assert.match(Object.values(days).join(), /1 had been removed from CURATED and were put back/);
    assert.equal((await counted()).wrong, 0);
    await goesOff("balance-unexplained");
  });

  it("does not count a topic whose statement fails as balanced, says which and why, and goes on with the others", async () => {
    await query(`ALTER TABLE ${tables().curated} RENAME COLUMN json_payload TO elsewhere`);
    await deliver("orders", order("while it fails", good));
    await deliver("payments", "{}");
    try {
      const { balanced, notChecked } = await run();
      assert.deepEqual([balanced, notChecked], [1, 1]);
    } finally {
      await query(`ALTER TABLE ${tables().curated} RENAME COLUMN elsewhere TO json_payload`);
    }
    const { step, error } = said.find(({ message }) => message === "topic not checked") ?? {};
    assert.equal(step, "Curate");
    assert.match(error ?? "", /json_payload/);
    await goesOff("balance-not-checked");
    assert.deepEqual(await run(), { balanced: 2, unequal: 0, notChecked: 0, skipped: 1, unexplained: 0 });
    assert.equal((await counted()).wrong, 0);
  });

  it("says how many rows Firehose still holds, and that nothing is missing for that", async () => {
    await forward("orders", order("held", good), order("held too", good));
    await run();
    const { ingestion } = said.find(({ message }) => message === "balance") ?? {};
    assert.deepEqual([ingestion?.inFirehose, ingestion?.unexplained], [2, 0]);
    await stack.cloud.firehose.flush();
    await run();
    assert.equal(said.find(({ message }) => message === "balance")?.ingestion?.inFirehose, 0);
    assert.equal((await counted()).wrong, 0);
  });
});
