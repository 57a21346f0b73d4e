import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { setTimeout as pause } from "node:timers/promises";
import { AthenaClient } from "@aws-sdk/client-athena";
import { SendMessageCommand, SQSClient } from "@aws-sdk/client-sqs";
import type { BalanceSummary } from "../../functions/water-balance/handler.ts";
import { layers } from "../../local/run/layers.ts";
import { refine } from "../../local/run/refinery.ts";
import { ask } from "../../scripts/tables/ask.ts";
import { queriesOf, withAnswers } from "../../scripts/tables/document.ts";
import { documentedMessages } from "../../scripts/tables/messages.ts";
import { type RunningStack, startStack } from "../support/cloud.ts";
import { hiveProblems, trinoProblems } from "../support/trino.ts";
import { TOPICS, withOlderTable } from "./refinery-topics.ts";

const DAY_MS = 86_400_000;
const COUNT = Object.keys(TOPICS).length;
const BALANCED = { balanced: COUNT, unequal: 0, notChecked: 0, skipped: 0, unexplained: 0 };

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
  let athena: AthenaClient;
  let sqs: SQSClient;
  let said: Said[] = [];

  before(async () => {
    stack = await startStack({
      settings: {
        topics: TOPICS,
        // Nothing is delivered, and no run begins, but when a test says so.
        delivery: { bufferSeconds: 900, transform: { bufferSeconds: 0 } },
        refinery: { everyMinutes: 1440 },
      },
      log: (name, line) => {
        if (name.endsWith("-water-balance") && line.startsWith("{")) said.push(JSON.parse(line));
      },
      deployed: withOlderTable,
    });
    const client = { endpoint: stack.gateway.endpoint, region: stack.graph.region };
    const credentials = { accessKeyId: "operator", secretAccessKey: "local" };
    athena = new AthenaClient({ ...client, credentials });
    sqs = new SQSClient({ ...client, credentials });
  });
  after(async () => {
    athena?.destroy();
    sqs?.destroy();
    await stack?.stop();
  });

  const parcel = (id: string, payload: object, more: object = {}) =>
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

  const counted = async (topic = "parcels") => {
    const found = (await layers(stack.cloud, stack.outputs)).get(topic);
    assert.ok(found);
    return found;
  };
  const query = (sql: string) => stack.cloud.tables.query(sql);
  const tables = () => {
    const of = (all: ReadonlyMap<string, string>) => all.get("parcels") ?? "";
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
      `SELECT day, note FROM ${tables().balance} WHERE topic = 'parcels' AND note <> '' ORDER BY checked_at, day`,
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

  const reading = (id: string, payload: object) => JSON.stringify({ messageId: id, payload });
  /** Leaves a topic as earlier runs would have left it that knew fewer columns. */
  async function refinedEarlier(topic: string, columns: string): Promise<void> {
    const { rawTables, curatedTables, semanticTables } = stack.outputs;
    const raw = rawTables.get(topic);
    const envelope =
      "topic_name, message_id, idempotency_key, period_reference, correlation_id, publish_time, ingestion_ts";
    await query(`INSERT INTO ${curatedTables.get(topic)} SELECT * FROM ${raw}`);
    await query(
      `INSERT INTO ${semanticTables.get(topic)} (${envelope}, ${columns}) SELECT ${envelope}, CAST(json_payload ->> '${columns}' AS INTEGER) FROM ${raw}`,
    );
  }
  /** Lets a topic's SEMANTIC table have been made with another type. */
  async function columnType(topic: string, column: string, type: string): Promise<void> {
    const [database = "", name = ""] = (stack.outputs.semanticTables.get(topic) ?? "").split(".");
    const table = stack.cloud.tables.catalog.existingTable(database, name);
    await query(`ALTER TABLE ${database}.${name} ALTER ${column} TYPE ${type} USING NULL`);
    table.committed(table.fields.map((field) => (field.name === column ? { ...field, type } : field)));
  }

  it("answers the queries of docs/tables.md as it says: `npm run tables` writes the answers", async () => {
    const document = readFileSync(new URL("../../docs/tables.md", import.meta.url), "utf8");
    for (const { topic, body } of documentedMessages()) await forward(topic, body);
    await forward("readings", reading("earlier", { celsius: 21, note: "kept" }));
    await stack.cloud.firehose.flush();
    await refinedEarlier("readings", "celsius");
    assert.deepEqual(await run(), BALANCED);
    const answers = [];
    for (const sql of queriesOf(document)) answers.push(await ask(athena, stack.outputs.workgroup, sql));
    assert.equal(withAnswers(document, answers), document);
  });

  it("adds a column that the settings have and the table has not, fills it, and widens another's type", async () => {
    await deliver("readings", reading("later", { celsius: 3_000_000_000, note: "hot" }));
    assert.deepEqual(await run(), { ...BALANCED, skipped: COUNT - 1 });
    const rows = await ask(
      athena,
      stack.outputs.workgroup,
      "SELECT message_id, celsius, note FROM lean_ops_dev_semantic.readings_current ORDER BY 1",
    );
    assert.deepEqual(rows.slice(1), [
      ["earlier", "21", "kept"],
      ["later", "3000000000", "hot"],
    ]);
  });

  it("refuses a change of type that Iceberg cannot make, with the reason, before anything of the topic runs", async () => {
    await deliver("dials", "{}");
    await columnType("dials", "turned", "int");
    try {
      const { balanced, notChecked } = await run();
      assert.deepEqual([balanced, notChecked], [COUNT - 1, 1]);
    } finally {
      await columnType("dials", "turned", "date");
    }
    const { step, error } =
      said.find(({ topic, message }) => topic === "dials" && message === "topic not checked") ?? {};
    assert.equal(step, "plan");
    assert.match(error ?? "", /the column turned is int in lean_ops_dev_semantic\.dials and date in the settings/);
    assert.equal((await counted("dials")).curated, 0);
    assert.deepEqual(await run(), { ...BALANCED, skipped: COUNT - 1 });
    assert.equal((await counted("dials")).curated, 1);
  });

  it("drains a retired topic, keeps its tables, and lets nobody send to it", async () => {
    const url = stack.outputs.queueUrls.get("parcels")?.replace("parcels", "old");
    assert.equal(stack.outputs.queueUrls.has("old"), false);
    const refused = sqs.send(new SendMessageCommand({ QueueUrl: url, MessageBody: "{}" }));
    await assert.rejects(refused, { name: "AccessDenied" });
    const before = buffered();
    stack.cloud.sqs.queues.get("lean-ops-dev-topic-old")?.send({ body: "{}" });
    while (buffered() === before) await pause(5);
    await stack.cloud.firehose.flush();
    await run();
    const { rawRows, semantic, wrong } = await counted("old");
    assert.deepEqual([rawRows, semantic, wrong], [1, 1, 0]);
  });

  it("names duplicates, corrections, what is rejected, and takes late rows; every layer holds every message", async () => {
    const late = new Date(Date.now() - 90 * DAY_MS).toISOString();
    await deliver(
      "parcels",
      parcel("one", good),
      parcel("one", good),
      parcel("corrected", { ...good, _metadata: { idempotencyKeyResource: "k" } }),
      parcel("correction", { ...good, amount: 2, _metadata: { idempotencyKeyResource: "k" } }),
      parcel("cast", { ...good, amount: "many" }),
      parcel("required", { amount: 1 }),
      parcel("late", good, { publishTime: late }),
    );
    await deliver("refunds", "{}");
    const summary = await run();
    assert.deepEqual(summary, { ...BALANCED, skipped: COUNT - 2 });
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
    assert.deepEqual(await run(), { ...BALANCED, skipped: COUNT });
    assert.deepEqual(await counted(), before);
  });

  it("lets one of two runs that begin at once do the work", async () => {
    await deliver("parcels", parcel("two at once", good));
    const both = await Promise.all([1, 2].map(() => refine(stack.cloud, stack.outputs)));
    const problems = both.map(({ problem }) => problem).filter((problem) => problem !== undefined);
    assert.deepEqual(problems, ["another run is under way"]);
    assert.deepEqual((await counted()).wrong, 0);
  });

  it("names a row that somebody deleted from CURATED in the next run, puts it back, and the alarm goes off", async () => {
    await byHand(`DELETE FROM ${tables().curated} WHERE message_id = 'late'`, "curated");
    assert.equal((await run()).unexplained, 1);
    const { days = {} } = said.find(({ message, topic }) => message === "topic unequal" && topic === "parcels") ?? {};
    assert.match(Object.values(days).join(), /1 had been removed from CURATED and were put back/);
    assert.equal((await counted()).wrong, 0);
    await goesOff("balance-unexplained");
  });

  it("does not count a topic whose statement fails as balanced, says which and why, and goes on with the others", async () => {
    await query(`ALTER TABLE ${tables().curated} RENAME COLUMN json_payload TO elsewhere`);
    await deliver("parcels", parcel("while it fails", good));
    await deliver("refunds", "{}");
    try {
      const { balanced, notChecked } = await run();
      assert.deepEqual([balanced, notChecked], [COUNT - 1, 1]);
    } finally {
      await query(`ALTER TABLE ${tables().curated} RENAME COLUMN elsewhere TO json_payload`);
    }
    const { step, error } = said.find(({ message }) => message === "topic not checked") ?? {};
    assert.equal(step, "Curate");
    assert.match(error ?? "", /json_payload/);
    await goesOff("balance-not-checked");
    assert.deepEqual(await run(), { ...BALANCED, skipped: COUNT - 1 });
    assert.equal((await counted()).wrong, 0);
  });

  it("says how many rows Firehose still holds, and that nothing is missing for that", async () => {
    await forward("parcels", parcel("held", good), parcel("held too", good));
    await run();
    const { ingestion } = said.find(({ message }) => message === "balance") ?? {};
    assert.deepEqual([ingestion?.inFirehose, ingestion?.unexplained], [2, 0]);
    await stack.cloud.firehose.flush();
    await run();
    assert.equal(said.find(({ message }) => message === "balance")?.ingestion?.inFirehose, 0);
    assert.equal((await counted()).wrong, 0);
  });

  it("has sent Athena nothing that is not Trino's SQL, or Hive's where it changes columns", async () => {
    const machine = stack.outputs.refineryMachine;
    const executions = [machine, `${machine}/topics`].flatMap((arn) => stack.cloud.states.executionsOf(arn));
    const sent = executions
      .flatMap(({ history }) => history.events)
      .filter(({ type, details }) => type === "TaskScheduled" && details.resource === "startQueryExecution.sync")
      .map(({ details }) => (JSON.parse(String(details.parameters)) as { QueryString: string }).QueryString);
    // Many differ in times and tables alone.
    const statements = new Map(sent.map((sql) => [sql.replaceAll(/"\w+"\."\w+"|\d+/g, "?"), sql]));
    const kinds = new Set([...statements.values()].map((sql) => /^[A-Z]+( [A-Z]+)?/.exec(sql)?.[0]));
    assert.deepEqual([...kinds].sort(), [
      "ALTER TABLE",
      "CREATE OR",
      "DELETE FROM",
      "INSERT INTO",
      "MERGE INTO",
      "WITH",
    ]);
    for (const sql of statements.values()) {
      const problems = sql.startsWith("ALTER TABLE") ? hiveProblems(sql) : trinoProblems(sql);
      assert.deepEqual(await problems, [], sql);
    }
  });
});
