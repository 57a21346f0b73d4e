import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { PassThrough } from "node:stream";
import type { CircuitItem } from "../../../functions/common/circuit.ts";
import { expectedMessageId } from "../../../local/run/expected-id.ts";
import type { Row } from "../../../scripts/smoke/athena.ts";
import { Display } from "../../../scripts/smoke/display.ts";
import { parseOptions } from "../../../scripts/smoke/options.ts";
import { type SmokeTools, smoke } from "../../../scripts/smoke/smoke.ts";
import { namesFor } from "../../../settings/names.ts";
import { virtualClock } from "../../support/virtual-clock.ts";
import { circuitItem } from "../common/circuit-table.ts";

const TOPICS = ["events", "orders"];

interface Changes {
  /** Seconds after which rows are in RAW. */
  arriveAfter?: number;
  /** Of each topic, so many messages that never arrive. */
  lost?: number;
  /** How the refinery's runs end, one after the other; then it does its work. */
  runs?: string[];
  /** The refinery forgets so many messages of each topic, every time. */
  forgotten?: number;
  circuit?: CircuitItem;
  balance?: Partial<Record<string, string>>;
  refuse?: boolean;
}

/** A stack in memory, to which `npm run smoke` is told to send. */
async function run(args: string, changes: Changes = {}) {
  const { arriveAfter = 2, lost = 0, runs = [], forgotten = 0, circuit, balance = {}, refuse = false } = changes;
  const clock = virtualClock();
  const stream = new PassThrough();
  const raw: { topic: string; id: string; at: number }[] = [];
  const refined = new Set<string>();
  const archived = new Map<string, string>();
  let refineryRuns = 0;
  const refine = () => {
    refineryRuns++;
    for (const topic of TOPICS) {
      const ids = raw.filter((one) => one.topic === topic && one.at <= clock.now()).map(({ id }) => id);
      for (const id of ids.slice(forgotten)) refined.add(id);
    }
  };
  const tools: SmokeTools = {
    place: { names: namesFor("pipes", "dev"), region: undefined, topics: TOPICS },
    run: "smoke-1",
    send: {
      queueUrlPrefix: "https://q/",
      random: () => 0.5,
      async sendMessageBatch({ QueueUrl, Entries }) {
        const topic = QueueUrl.slice("https://q/".length);
        if (refuse) {
          return { Successful: [], Failed: Entries.map(({ Id }) => ({ Id, Code: "TooBig", SenderFault: true })) };
        }
        return {
          Successful: Entries.map(({ Id, MessageBody: body = "" }) => {
            const MD5OfMessageBody = createHash("md5").update(body).digest("hex");
            const MessageId = `sqs-${raw.length}`;
            const isLost = raw.filter((one) => one.topic === topic).length < lost;
            const at = isLost ? Number.POSITIVE_INFINITY : clock.now() + arriveAfter * 1000;
            raw.push({ topic, id: expectedMessageId(body, MessageId) ?? "", at });
            return { Id, MessageId, MD5OfMessageBody };
          }),
          Failed: [],
        };
      },
    },
    async query(sql) {
      const at = clock.now();
      if (sql.includes("water_balance")) {
        return refineryRuns === 0
          ? []
          : TOPICS.map((topic): Row => {
              const told = { topic, status: "balanced", unexplained: "0", checked_at: String(refineryRuns) };
              return { ...told, ...balance } as Row;
            });
      }
      if (sql.startsWith("SELECT reason")) return [];
      return sql.split("UNION ALL").flatMap((select) => {
        const [, topic = "", layer = ""] = /SELECT '(.*?)' AS topic, '(.*?)'/.exec(select) ?? [];
        if (layer === "rejected") return [];
        return raw
          .filter((one) => one.topic === topic && one.at <= at && (layer === "raw" || refined.has(one.id)))
          .map(({ id }) => ({ topic, layer, message_id: id, copies: "1" }));
      });
    },
    archive: { find: async function* () {}, archive: { get: async (key) => archived.get(key) } },
    refinery: {
      start: async () => "arn:run",
      async describe() {
        const end = runs.shift();
        if (end === undefined) refine();
        return { status: "SUCCEEDED", output: end ?? "{}", why: "" };
      },
    },
    readCircuit: async () => circuit,
    backlog: async (topic) => (topic === undefined ? 0 : 7),
    clock,
    display: new Display(stream as unknown as NodeJS.WriteStream),
  };
  const done = smoke(parseOptions(args.split(" ").filter(Boolean)), tools);
  let good: boolean | undefined;
  done.then(
    (result) => {
      good = result;
    },
    () => {},
  );
  const started = clock.now();
  let minutes = 0;
  for (; good === undefined && minutes < 100; minutes += 0.5) await clock.advance(30_000);
  await done;
  return { good, text: String(stream.read() ?? ""), refineryRuns, minutes, elapsed: clock.now() - started };
}

describe("smoke", () => {
  it("is content where every message is in every layer, and says so by topic and in one equation", async () => {
    const { good, text, refineryRuns } = await run("--records 40");
    assert.match(
      text,
      /topic {3}sent {2}RAW {2}CURATED {2}SEMANTIC {2}rejected {2}archived {2}missing {2}water balance\n/,
    );
    assert.match(text, /orders {4}20 {3}20 {7}20 {8}20 {9}0 {9}0 {8}0 {2}balanced\n/);
    assert.match(text, /40 in RAW = 40 in CURATED; 0 duplicates\n {2}40 in CURATED = 40 in SEMANTIC \+ 0 rejected\n/);
    assert.match(text, /\n40 sent = 40 in RAW: nothing lost, [\d.]+ s\.\n$/);
    assert.deepEqual([good, refineryRuns], [true, 1]);
  });

  it("names what is missing when the time is up, and what its queue holds, and never starts the refinery", async () => {
    const { good, text, refineryRuns, minutes } = await run("--records 40 --timeout 5m", { lost: 7 });
    assert.match(text, /orders: 7 messages neither in RAW nor in the archive: sqs-[^,]+(, sqs-[^,]+){4}, …\n/);
    assert.match(text, /orders: its queue holds 7 messages\n/);
    assert.match(text, /40 sent = 26 in RAW \+ 14 missing: NOT ALL FOUND IN TIME/);
    assert.deepEqual([good, refineryRuns], [false, 0]);
    assert.ok(minutes <= 5.5, `${minutes} minutes`);
  });

  it("waits for a run that is under way, and for rows that come late", async () => {
    const underWay = '{"skipped":"another run is under way"}';
    const { good, text } = await run("--records 10", { runs: [underWay, underWay], arriveAfter: 90 });
    assert.match(text, /refine {4}another run is under way.*\n.*another run.*\n {2}refine {4}the refinery has run/);
    assert.equal(good, true);
  });

  it("gives up after three runs that do not bring a message on, and names it", async () => {
    const { good, text, refineryRuns } = await run("--records 10", { forgotten: 1 });
    assert.match(text, /events: 1 message in RAW, and not in CURATED: sqs-/);
    assert.match(text, /10 sent = 10 in RAW: NOT ALL IN ORDER/);
    assert.deepEqual([good, refineryRuns], [false, 3]);
  });

  it("is not content with a balance that is unexplained, not checked, or of nothing, and passes its note on", async () => {
    for (const balance of [
      { status: "unequal", unexplained: "2", day: "2026-01-10", note: "2 missing from CURATED" },
      { status: "not_checked", note: "Curate: x" },
      { topic: "another" },
    ]) {
      const { good, text } = await run("--records 10", { balance });
      assert.equal(good, false);
      if (balance.note !== undefined) assert.ok(text.includes(balance.note), text);
      else assert.match(text, /not told yet/);
    }
    const young = { status: "unequal", unexplained: "0", note: "3 came while the run was under way" };
    assert.equal((await run("--records 10", { balance: young })).good, true, "others send to the stack as well");
  });

  it("waits for the schedule where it is told so", async () => {
    const { good, refineryRuns } = await run("--records 10 --wait-for-schedule --timeout 2m");
    assert.deepEqual([good, refineryRuns], [false, 0]);
  });

  it("says what SQS did not accept, and that the circuit is open", async () => {
    const { good, text } = await run("--records 10 --timeout 1m", { refuse: true, circuit: circuitItem() });
    assert.match(text, /^The circuit is OPEN since .*: messages wait in their queues until it is closed\.\n/);
    assert.match(text, /5 messages not accepted by SQS, events: TooBig\n/);
    assert.equal(good, false);
  });
});
