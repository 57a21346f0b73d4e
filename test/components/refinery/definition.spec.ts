import assert from "node:assert/strict";
import aslValidator from "asl-validator";
import { type MachineParts, RUN_LIMIT_SECONDS, refineryDefinition } from "../../../components/refinery/definition.ts";
import { AwsError } from "../../../local/api/errors.ts";
import { answered, functionFailed, type Handler, MACHINE_ARN, setUp, summaryOf } from "../../local/states/fixtures.ts";

const PARTS: MachineParts = {
  progressTable: "progress",
  planFunction: "refinery-plan",
  balanceFunction: "water-balance",
  workgroup: "analysts",
  bucket: "results",
  concurrency: 5,
};

const QUERY_MS = 3_000;
const MINUTES = 60_000;

const UNDER_WAY = { skipped: "another run is under way" };

interface Result {
  Status: string;
  Output?: string;
}

/** What the water balance is told at the end of a run. */
interface Told {
  plan: object | null;
  results: { Bucket: string; Key: string } | null;
  failed: string | null;
}

interface Scenario {
  topics?: readonly string[];
  plan?: Handler;
  balance?: Handler;
  /** What a statement comes to. */
  query?: (sql: string, times: number) => string;
  /** Of each topic's statements, those that the plan has none of. */
  without?: readonly string[];
}

/** The refinery's own machine, over a lake whose statements each take three seconds. */
function refinery({
  topics = ["orders", "users"],
  plan,
  balance,
  query = () => "SUCCEEDED",
  without = [],
}: Scenario = {}) {
  let lock: { owner: string; expires_at: number } | undefined;
  const statements: string[] = [];
  const told: Told[] = [];
  const queries = new Map<string, { sql: string; until: number; State: string }>();
  const item = (topic: string) => {
    const one = (step: string) => (without.includes(step) ? null : `${step.toUpperCase()} ${topic}`);
    const [lost, curate, refine] = [one("lost"), one("curate"), one("refine")];
    const ddl = topic === "orders" ? ["ALTER 1", "ALTER 2"] : [];
    return { topic, lost, ddl, curate, refine, reject: one("reject"), backfill: one("backfill"), count: one("count") };
  };
  const functions: Record<string, Handler> = {
    "refinery-plan": ({ Payload }) => {
      const { execution } = JSON.parse(String(Payload)) as { execution: string };
      const key = `runs/${execution}/plan.json`;
      set.services.objects.set(`results/${key}`, JSON.stringify(topics.map(item)));
      return answered({ bucket: "results", key, topics: topics.length, skipped: 0 });
    },
    "water-balance": ({ Payload }) => {
      const event = JSON.parse(String(Payload)) as Told;
      told.push(event);
      const { results } = event;
      const manifest = (
        results === null ? { ResultFiles: {} } : set.services.json(`${results.Bucket}/${results.Key}`)
      ) as {
        ResultFiles: Record<string, { Key: string }[]>;
      };
      const ended = Object.values(manifest.ResultFiles)
        .flat()
        .flatMap(({ Key }) => set.services.json(`results/${Key}`) as Result[]);
      const outputs = ended.map(({ Output }) => JSON.parse(Output ?? "null"));
      return answered({ statements: ["INSERT 1", "INSERT 2"], summary: outputs });
    },
  };
  const held = () => lock !== undefined && lock.expires_at >= Math.floor(set.clock.now() / 1_000);
  const set = setUp(refineryDefinition(PARTS), {
    random: () => 0.5,
    handlers: {
      "dynamodb:PutItem": ({ Item }) => {
        const { owner, expires_at } = Item as { owner: { S: string }; expires_at: { N: string } };
        if (held() && lock?.owner !== owner.S) {
          throw new AwsError("ConditionalCheckFailedException", "The conditional request failed");
        }
        lock = { owner: owner.S, expires_at: Number(expires_at.N) };
        return {};
      },
      "dynamodb:DeleteItem": ({ ExpressionAttributeValues: values }) => {
        if (lock?.owner !== (values as { ":owner": { S: string } })[":owner"].S) {
          throw new AwsError("ConditionalCheckFailedException", "The conditional request failed");
        }
        lock = undefined;
        return {};
      },
      "lambda:Invoke": (input, caller) => {
        const asked = { "refinery-plan": plan, "water-balance": balance }[String(input.FunctionName)];
        return (asked ?? functions[String(input.FunctionName)] ?? assert.fail())(input, caller);
      },
      "athena:StartQueryExecution": ({ QueryString, WorkGroup }) => {
        assert.equal(WorkGroup, "analysts");
        const sql = String(QueryString);
        statements.push(sql);
        const id = `q-${queries.size}`;
        const times = statements.filter((one) => one === sql).length;
        queries.set(id, { sql, until: set.clock.now() + QUERY_MS, State: query(sql, times) });
        return { QueryExecutionId: id };
      },
      "athena:GetQueryExecution": ({ QueryExecutionId }) => {
        const { until = 0, State = "FAILED" } = queries.get(String(QueryExecutionId)) ?? {};
        const Status = { State: set.clock.now() < until ? "RUNNING" : State, StateChangeReason: "out of sorts" };
        return { QueryExecution: { QueryExecutionId, Status } };
      },
      "athena:GetQueryResults": ({ QueryExecutionId }) => {
        const { sql } = queries.get(String(QueryExecutionId)) ?? {};
        const Data = [{ VarCharValue: "2026-01-01" }, { VarCharValue: sql }];
        return { ResultSet: { Rows: [{ Data }] } };
      },
      "athena:StopQueryExecution": () => ({}),
    },
  });
  return { ...set, statements, told, lockOwner: () => lock?.owner };
}

const rows = (sql: string) => [["2026-01-01", sql]];
const counted = (topic: string) => ({
  topic,
  status: "counted",
  rows: rows(`COUNT ${topic}`),
  lost: rows(`LOST ${topic}`),
});
const byTopic = (summary: unknown) =>
  (summary as { topic: string }[]).toSorted((a, b) => a.topic.localeCompare(b.topic));

describe("the refinery's machine", () => {
  it("is valid as asl-validator sees it", () => {
    const { isValid, errorsText } = aslValidator(structuredClone(refineryDefinition(PARTS)));
    assert.ok(isValid, isValid ? "" : errorsText("\n"));
  });

  it("refines each topic in the order of the steps, balances, writes the balance, and lets go of its lock", async () => {
    const { run, statements, told, lockOwner, clock } = refinery();
    assert.deepEqual(byTopic(summaryOf(await run({}, MINUTES))), [counted("orders"), counted("users")]);
    const steps = ["LOST", "CURATE", "REFINE", "REJECT", "BACKFILL", "COUNT"];
    assert.deepEqual(
      statements.filter((sql) => sql.endsWith("users")),
      steps.map((step) => `${step} users`),
    );
    const places = ["LOST orders", "ALTER 1", "ALTER 2", "CURATE orders"].map((sql) => statements.indexOf(sql));
    assert.deepEqual(
      places,
      places.toSorted((a, b) => a - b),
    );
    assert.deepEqual(statements.slice(-2), ["INSERT 1", "INSERT 2"]);
    assert.deepEqual([told.length, told[0]?.failed], [1, null]);
    assert.deepEqual([lockOwner(), clock.pending()], [undefined, 0]);
  });

  it("leaves out what the plan has no statement for", async () => {
    const { run, statements } = refinery({ topics: ["users"], without: ["lost", "reject", "backfill"] });
    assert.deepEqual(summaryOf(await run({}, MINUTES)), [{ ...counted("users"), lost: null }]);
    assert.deepEqual(statements.slice(0, -2), ["CURATE users", "REFINE users", "COUNT users"]);
  });

  it("runs nothing of a topic that the plan refuses", async () => {
    const without = ["lost", "curate", "refine", "reject", "backfill", "count"];
    const { run, statements } = refinery({ topics: ["users"], without });
    assert.deepEqual(summaryOf(await run({}, MINUTES)), [
      { topic: "users", status: "not_checked", step: "plan", error: "refused" },
    ]);
    assert.deepEqual(statements, ["INSERT 1", "INSERT 2"]);
  });

  it("takes a plan without topics", async () => {
    const { run, statements, told } = refinery({ topics: [] });
    assert.deepEqual(summaryOf(await run({}, MINUTES)), []);
    assert.deepEqual([statements, told[0]?.results], [["INSERT 1", "INSERT 2"], null]);
  });

  it("ends quietly while another run is under way", async () => {
    const { start, clock, services, lockOwner } = refinery();
    const first = start({}, "first");
    await clock.advance(1_000);
    const second = start({}, "second");
    await clock.advance(0);
    assert.deepEqual(summaryOf(second), UNDER_WAY);
    assert.equal(lockOwner(), first.arn);
    await clock.advance(MINUTES);
    assert.equal(first.status, "SUCCEEDED");
    assert.equal(services.named("Invoke").length, 2);
    const third = start({}, "third");
    await clock.advance(MINUTES);
    assert.ok(Array.isArray(summaryOf(third)));
  });

  it("takes both of two that start at once in turn: one runs", async () => {
    const { start, clock } = refinery();
    const both = [start({}, "a"), start({}, "b")];
    await clock.advance(MINUTES);
    const quiet = both.filter((one) => !Array.isArray(summaryOf(one)));
    assert.deepEqual([quiet.length, both.map(({ status }) => status)], [1, ["SUCCEEDED", "SUCCEEDED"]]);
  });

  it("takes a lock over that a run left behind when it was stopped, or got stuck", async () => {
    for (const end of ["stopped", "stuck"]) {
      const hangs: Pick<Scenario, "plan"> = end === "stuck" ? { plan: () => new Promise(() => {}) } : {};
      const { start, clock, lockOwner } = refinery(hangs);
      const first = start({}, "first");
      await clock.advance(4_000);
      if (end === "stopped") first.abort();
      const second = start({}, "second");
      await clock.advance(0);
      assert.deepEqual(summaryOf(second), UNDER_WAY);
      await clock.advance(RUN_LIMIT_SECONDS * 1_000);
      assert.equal(first.status, end === "stuck" ? "TIMED_OUT" : "ABORTED");
      const third = start({}, "third");
      await clock.advance(0);
      assert.equal(lockOwner(), third.arn);
      third.abort();
    }
  });

  it("repeats a statement that fails, and reports a topic that goes on failing, the others being none the worse", async () => {
    const { run, statements } = refinery({
      query: (sql, times) =>
        sql === "REFINE users" || (sql === "CURATE orders" && times < 3) ? "FAILED" : "SUCCEEDED",
    });
    const [orders, users] = byTopic(summaryOf(await run({}, 3 * MINUTES))) as [object, Record<string, string>];
    assert.deepEqual(orders, counted("orders"));
    const { cause = "", ...rest } = users;
    assert.deepEqual(rest, { topic: "users", status: "not_checked", step: "Refine", error: "States.TaskFailed" });
    assert.equal(JSON.parse(cause).QueryExecution.Status.StateChangeReason, "out of sorts");
    const times = (sql: string) => statements.filter((one) => one === sql).length;
    assert.deepEqual(["CURATE orders", "REFINE users", "REJECT users", "COUNT users"].map(times), [3, 3, 0, 0]);
  });

  it("reports a topic whose schema cannot be changed", async () => {
    const { run } = refinery({ topics: ["orders"], query: (sql) => (sql === "ALTER 2" ? "FAILED" : "SUCCEEDED") });
    const [{ cause: _cause, ...orders }] = summaryOf(await run({}, 3 * MINUTES));
    assert.deepEqual(orders, { topic: "orders", status: "not_checked", step: "Ddl", error: "States.TaskFailed" });
  });

  const broken: [title: string, scenario: Scenario, cause: RegExp, isTold: boolean][] = [
    [
      "the plan's process dies",
      { plan: () => functionFailed("Runtime.ExitError", "signal: killed") },
      /^Plan: Runtime\.ExitError: .*signal: killed/,
      true,
    ],
    [
      "the plan is nowhere",
      { plan: () => answered({ bucket: "results", key: "gone", topics: 1 }) },
      /^Topics: States\.ItemReaderFailed: /,
      true,
    ],
    ["the water balance fails", { balance: () => functionFailed("Error") }, /^WaterBalance: Error: /, false],
    [
      "the water balance answers no statements",
      { balance: () => answered({ statements: 1, summary: {} }) },
      /^Write: States\.QueryEvaluationError: /,
      false,
    ],
    [
      "the balance cannot be written",
      { query: (sql) => (sql === "INSERT 2" ? "FAILED" : "SUCCEEDED") },
      /^Write: States\.TaskFailed: /,
      true,
    ],
  ];
  for (const [title, scenario, expected, isTold] of broken) {
    it(`has the balance told, lets go of its lock, and fails with the reason, where ${title}`, async () => {
      const { run, lockOwner, told } = refinery(scenario);
      const { status, error, cause } = summaryOf(await run({}, 10 * MINUTES));
      assert.deepEqual([status, error, lockOwner()], ["FAILED", "RunFailed", undefined]);
      assert.match(cause, expected);
      assert.equal(told.length > 0, isTold);
      if (/^(Plan|Topics)/.test(cause)) assert.match(told[0]?.failed ?? "", expected);
    });
  }

  it("waits for a function that is throttled", async () => {
    let refusals = 3;
    const plan = () => {
      refusals -= 1;
      if (refusals >= 0) throw new AwsError("TooManyRequestsException", "Rate Exceeded.", { status: 429 });
      return functionFailed("Enough");
    };
    const { run, services } = refinery({ plan });
    assert.match(summaryOf(await run({}, MINUTES)).cause, /^Plan: Enough/);
    // 2, 6 and 18 s, and with full jitter half of them here.
    const plans = services.named("Invoke").filter(({ input }) => input.FunctionName === "refinery-plan");
    assert.deepEqual(
      plans.map(({ at }) => at / 1_000),
      [0, 1, 4, 13],
    );
  });

  it("keeps to its topics' limit of five at once, over many of them", async () => {
    const topics = Array.from({ length: 60 }, (_, n) => `topic-${n}`);
    const { start, states, clock } = refinery({ topics });
    const execution = start();
    let most = 0;
    while (execution.status === "RUNNING") {
      await clock.advance(1_000);
      most = Math.max(most, states.running);
    }
    assert.equal((summaryOf(execution) as unknown[]).length, 60);
    assert.equal(most, 6);
    assert.equal(states.executionsOf(`${MACHINE_ARN}/topics`).length, 60);
  });
});
