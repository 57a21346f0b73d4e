import assert from "node:assert/strict";
import aslValidator from "asl-validator";
import { AwsError } from "../../../local/api/errors.ts";
import { answered, functionFailed, type Handler, MACHINE_ARN, setUp, summaryOf } from "./fixtures.ts";
import { refineryMachine } from "./refinery-machine.ts";

const QUERY_MS = 3_000;

const UNDER_WAY = { skipped: "another run is under way" };

interface Result {
  Status: string;
  Output?: string;
}

/** A lake whose statements each take three seconds. */
function refinery({
  topics = ["orders", "users"],
  plan,
  balance,
  query = () => "SUCCEEDED",
}: {
  topics?: readonly string[];
  plan?: Handler;
  balance?: Handler;
  /** What a statement comes to. */
  query?: (sql: string, times: number) => string;
} = {}) {
  let lock: { owner: string; expires_at: number } | undefined;
  const statements: string[] = [];
  const queries = new Map<string, { sql: string; until: number; State: string }>();
  const functions: Record<string, Handler> = {
    "refinery-plan": ({ Payload }) => {
      const { run } = JSON.parse(String(Payload)) as { run: string };
      const items = topics.map((topic) => ({
        topic,
        ddl: topic === "orders" ? ["ALTER 1", "ALTER 2"] : [],
        curate: `CURATE ${topic}`,
        refine: `REFINE ${topic}`,
        count: `COUNT ${topic}`,
      }));
      const key = `runs/${run}/plan.json`;
      set.services.objects.set(`results/${key}`, JSON.stringify(items));
      return answered({ bucket: "results", key, topics: items.length });
    },
    "water-balance": ({ Payload }) => {
      const { results } = JSON.parse(String(Payload)) as { results: { Bucket: string; Key: string } };
      const manifest = set.services.json(`${results.Bucket}/${results.Key}`) as {
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
  const set = setUp(refineryMachine, {
    random: () => 0.5,
    handlers: {
      "dynamodb:PutItem": ({ Item }) => {
        if (held()) throw new AwsError("ConditionalCheckFailedException", "The conditional request failed");
        const { owner, expires_at } = Item as { owner: { S: string }; expires_at: { N: string } };
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
      "athena:StartQueryExecution": ({ QueryString }) => {
        const sql = String(QueryString);
        statements.push(sql);
        const id = `q-${queries.size}`;
        const times = statements.filter((one) => one === sql).length;
        queries.set(id, { sql, until: set.clock.now() + QUERY_MS, State: query(sql, times) });
        return { QueryExecutionId: id };
      },
      "athena:GetQueryExecution": ({ QueryExecutionId }) => {
        const { until = 0, State = "FAILED" } = queries.get(String(QueryExecutionId)) ?? {};
        const Status = { State: set.clock.now() < until ? "RUNNING" : State };
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
  return { ...set, statements, lockOwner: () => lock?.owner };
}

const counted = (topic: string) => ({ topic, status: "counted", rows: [["2026-01-01", `COUNT ${topic}`]] });

describe("a machine like the refinery's", () => {
  it("is valid as asl-validator sees it", () => {
    const { isValid, errorsText } = aslValidator(structuredClone(refineryMachine));
    assert.ok(isValid, isValid ? "" : errorsText("\n"));
  });

  it("refines each topic, balances, writes the balance, and lets go of its lock", async () => {
    const { run, statements, lockOwner, clock } = refinery();
    const summary = summaryOf(await run({}, 60_000)) as { topic: string }[];
    assert.deepEqual(
      summary.toSorted((a, b) => a.topic.localeCompare(b.topic)),
      [counted("orders"), counted("users")],
    );
    const of = (topic: string) => statements.filter((sql) => sql.endsWith(topic));
    assert.deepEqual(of("orders"), ["CURATE orders", "REFINE orders", "COUNT orders"]);
    assert.ok(statements.indexOf("ALTER 1") < statements.indexOf("ALTER 2"));
    assert.ok(statements.indexOf("ALTER 2") < statements.indexOf("CURATE orders"));
    assert.deepEqual(statements.slice(-2), ["INSERT 1", "INSERT 2"]);
    assert.deepEqual([lockOwner(), clock.pending()], [undefined, 0]);
  });

  it("takes a plan without topics", async () => {
    const { run, statements } = refinery({ topics: [] });
    assert.deepEqual(summaryOf(await run({}, 60_000)), []);
    assert.deepEqual(statements, ["INSERT 1", "INSERT 2"]);
  });

  it("ends quietly while another run is under way", async () => {
    const { start, clock, services, lockOwner } = refinery();
    const first = start({}, "first");
    await clock.advance(1_000);
    const second = start({}, "second");
    await clock.advance(0);
    assert.deepEqual(summaryOf(second), UNDER_WAY);
    assert.equal(lockOwner(), first.arn);
    await clock.advance(60_000);
    assert.equal(first.status, "SUCCEEDED");
    assert.equal(services.named("Invoke").length, 2);
    const third = start({}, "third");
    await clock.advance(60_000);
    assert.ok(Array.isArray(summaryOf(third)));
  });

  it("takes both of two that start at once in turn: one runs", async () => {
    const { start, clock } = refinery();
    const both = [start({}, "a"), start({}, "b")];
    await clock.advance(60_000);
    const quiet = both.filter((one) => !Array.isArray(summaryOf(one)));
    assert.deepEqual([quiet.length, both.map(({ status }) => status)], [1, ["SUCCEEDED", "SUCCEEDED"]]);
  });

  it("takes a lock over that a run left behind when it was stopped", async () => {
    const { start, clock, statements } = refinery();
    const first = start({}, "first");
    await clock.advance(4_000);
    first.abort();
    await clock.advance(60_000);
    const before = statements.length;
    const second = start({}, "second");
    await clock.advance(0);
    assert.deepEqual(summaryOf(second), UNDER_WAY);
    await clock.advance(7_200_000);
    const third = start({}, "third");
    await clock.advance(60_000);
    assert.ok(Array.isArray(summaryOf(third)));
    assert.ok(statements.length > before);
  });

  it("repeats a statement that fails, and reports a topic that goes on failing, the others being none the worse", async () => {
    const { run, statements } = refinery({
      query: (sql, times) =>
        sql === "REFINE users" || (sql === "CURATE orders" && times < 3) ? "FAILED" : "SUCCEEDED",
    });
    const summary = summaryOf(await run({}, 120_000)) as { topic: string }[];
    assert.deepEqual(
      summary.toSorted((a, b) => a.topic.localeCompare(b.topic)),
      [counted("orders"), { topic: "users", status: "not_checked", step: "Refine", error: "States.TaskFailed" }],
    );
    const times = (sql: string) => statements.filter((one) => one === sql).length;
    assert.deepEqual(["CURATE orders", "REFINE users", "COUNT users"].map(times), [3, 3, 0]);
  });

  it("reports a topic whose schema cannot be changed", async () => {
    const { run } = refinery({ topics: ["orders"], query: (sql) => (sql === "ALTER 2" ? "FAILED" : "SUCCEEDED") });
    assert.deepEqual(summaryOf(await run({}, 120_000)), [
      { topic: "orders", status: "not_checked", step: "Ddl", error: "States.TaskFailed" },
    ]);
  });

  it("lets go of its lock when the plan's process dies half-way, and fails", async () => {
    const { run, lockOwner } = refinery({ plan: () => functionFailed("Runtime.ExitError", "signal: killed") });
    const { status, error, cause } = summaryOf(await run({}, 60_000));
    assert.deepEqual([status, error, lockOwner()], ["FAILED", "Runtime.ExitError", undefined]);
    assert.equal(JSON.parse(cause).errorMessage, "signal: killed");
  });

  it("lets go of its lock when the plan never answers, the plan is no list, or the balance cannot be written", async () => {
    const cases: [Parameters<typeof refinery>[0], string][] = [
      [{ plan: () => new Promise(() => {}) }, "States.Timeout"],
      [{ plan: () => answered({ bucket: "results", key: "gone" }) }, "States.ItemReaderFailed"],
      [{ plan: () => answered(null) }, "States.QueryEvaluationError"],
      [{ balance: () => answered({ statements: "none" }) }, "States.QueryEvaluationError"],
      [{ query: (sql) => (sql === "INSERT 2" ? "FAILED" : "SUCCEEDED") }, "States.TaskFailed"],
    ];
    for (const [options, expected] of cases) {
      const { run, lockOwner } = refinery(options);
      const { status, error } = await run({}, 600_000);
      assert.deepEqual([status, error, lockOwner()], ["FAILED", expected, undefined]);
    }
  });

  it("waits for a function that is throttled", async () => {
    let refusals = 3;
    const plan = () => {
      refusals -= 1;
      if (refusals >= 0) throw new AwsError("TooManyRequestsException", "Rate Exceeded.", { status: 429 });
      return functionFailed("Enough");
    };
    const { run, services } = refinery({ plan });
    assert.equal((await run({}, 60_000)).error, "Enough");
    assert.deepEqual(
      services.named("Invoke").map(({ at }) => at / 1_000),
      [0, 2, 6, 14],
    );
  });

  it("keeps its topics' limit of five at once, over many of them", async () => {
    const topics = Array.from({ length: 200 }, (_, n) => `topic-${n}`);
    const { start, states, clock } = refinery({ topics });
    const execution = start();
    let most = 0;
    while (execution.status === "RUNNING") {
      await clock.advance(1_000);
      most = Math.max(most, states.running);
    }
    assert.equal((summaryOf(execution) as unknown[]).length, 200);
    assert.equal(most, 6);
    assert.equal(states.executionsOf(`${MACHINE_ARN}/topics`).length, 200);
  });
});
