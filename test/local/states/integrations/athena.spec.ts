import assert from "node:assert/strict";
import { AwsError } from "../../../../local/api/errors.ts";
import { machineOf, setUp, summaryOf } from "../fixtures.ts";

const START_QUERY = "arn:aws:states:::athena:startQueryExecution.sync";
const query = {
  Type: "Task",
  Resource: START_QUERY,
  Arguments: { QueryString: "{% $states.input.sql %}", WorkGroup: "refinery" },
  End: true,
};

/** Athena with queries that end after `ms`. */
function athena(ms: number, State: string, { throttled = 0 } = {}) {
  let startedAt = 0;
  let refusals = throttled;
  const set = setUp(machineOf({ A: query }), {
    handlers: {
      "athena:StartQueryExecution": () => {
        startedAt = set.clock.now();
        return { QueryExecutionId: "q-1" };
      },
      "athena:GetQueryExecution": ({ QueryExecutionId }) => {
        if (refusals > 0) {
          refusals -= 1;
          throw new AwsError("TooManyRequestsException", "Rate exceeded");
        }
        const state = set.clock.now() >= startedAt + ms ? State : "RUNNING";
        return { QueryExecution: { QueryExecutionId, Status: { State: state, StateChangeReason: "why" } } };
      },
      "athena:StopQueryExecution": () => ({}),
    },
  });
  return set;
}

describe("athena:startQueryExecution.sync", () => {
  it("waits until the query has ended, and answers its execution", async () => {
    const { start, clock, services } = athena(5_000, "SUCCEEDED");
    const execution = start({ sql: "SELECT 1" });
    await clock.advance(4_999);
    assert.equal(execution.status, "RUNNING");
    await clock.advance(1_001);
    const QueryExecution = { QueryExecutionId: "q-1", Status: { State: "SUCCEEDED", StateChangeReason: "why" } };
    assert.deepEqual(summaryOf(execution), { QueryExecution });
    assert.deepEqual(services.named("StartQueryExecution")[0]?.input, {
      QueryString: "SELECT 1",
      WorkGroup: "refinery",
    });
    assert.ok(services.named("GetQueryExecution").length < 30);
  });

  it("makes a query seem to take a quarter more at most", async () => {
    for (const ms of [100, 1_300, 3_900]) {
      const { start, clock } = athena(ms, "SUCCEEDED");
      const execution = start({ sql: "SELECT 1" });
      await clock.advance(ms * 1.25 + 10);
      assert.equal(execution.status, "SUCCEEDED", `${ms}`);
    }
  });

  it("does not wait for a query that has ended already", async () => {
    const { run } = athena(0, "SUCCEEDED");
    assert.equal((await run({ sql: "SELECT 1" })).status, "SUCCEEDED");
  });

  for (const state of ["FAILED", "CANCELLED"]) {
    it(`fails with States.TaskFailed for a query that is ${state}, with the query as cause`, async () => {
      const { run } = athena(20, state);
      const { error, cause } = summaryOf(await run({ sql: "SELECT 1" }, 1_000));
      assert.equal(error, "States.TaskFailed");
      assert.deepEqual(JSON.parse(cause).QueryExecution.Status, { State: state, StateChangeReason: "why" });
    });
  }

  it("looks again where a look was throttled", async () => {
    const { run } = athena(0, "SUCCEEDED", { throttled: 3 });
    assert.equal((await run({ sql: "SELECT 1" }, 1_000)).status, "SUCCEEDED");
  });

  it("stops the query when its execution is stopped", async () => {
    const { start, clock, services } = athena(5_000, "SUCCEEDED");
    const execution = start({ sql: "SELECT 1" });
    await clock.advance(2_000);
    execution.abort();
    await clock.advance(2_000);
    assert.deepEqual(
      services.named("StopQueryExecution").map(({ input }) => input),
      [{ QueryExecutionId: "q-1" }],
    );
    assert.deepEqual([execution.status, clock.pending()], ["ABORTED", 0]);
  });

  it("fails with Athena's own error where the query cannot be started", async () => {
    const refuse = (name: string) => () => {
      throw new AwsError(name, "no");
    };
    for (const [name, error] of [
      ["InvalidRequestException", "Athena.InvalidRequestException"],
      ["TooManyRequestsException", "Athena.TooManyRequestsException"],
      ["ThrottlingException", "Athena.AmazonAthenaException"],
    ] as const) {
      const { run } = setUp(machineOf({ A: query }), { handlers: { "athena:StartQueryExecution": refuse(name) } });
      assert.equal((await run({ sql: "SELECT" })).error, error);
    }
  });
});

describe("athena:getQueryResults", () => {
  it("answers what the API does", async () => {
    const Resource = "arn:aws:states:::athena:getQueryResults";
    const ResultSet = { Rows: [{ Data: [{ VarCharValue: "day" }, {}] }] };
    const { run, services } = setUp(
      machineOf({ A: { Type: "Task", Resource, Arguments: { QueryExecutionId: "q-1", MaxResults: 100 }, End: true } }),
      { handlers: { "athena:GetQueryResults": () => ({ ResultSet }) } },
    );
    assert.deepEqual(summaryOf(await run()), { ResultSet });
    assert.deepEqual(services.calls[0]?.input, { QueryExecutionId: "q-1", MaxResults: 100 });
  });
});
