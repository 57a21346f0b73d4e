import assert from "node:assert/strict";
import { setImmediate } from "node:timers/promises";
import {
  AthenaClient,
  GetQueryExecutionCommand,
  GetQueryResultsCommand,
  GetWorkGroupCommand,
  InvalidRequestException,
  ListWorkGroupsCommand,
  paginateGetQueryResults,
  type QueryExecution,
  StartQueryExecutionCommand,
  type StartQueryExecutionCommandInput,
  StopQueryExecutionCommand,
  TooManyRequestsException,
} from "@aws-sdk/client-athena";
import { type Gateway, openGateway } from "../../../local/api/gateway.ts";
import { commitConflict } from "../../../local/athena/query-failure.ts";
import type { Workgroup } from "../../../local/athena/workgroup.ts";
import { ENDLESS, type Lake, type LakeOptions, openLake, RESULTS, workgroup } from "./fixtures.ts";

const MIB = 1024 * 1024;

describe("Athena through the AWS SDK", () => {
  let lake: Lake;
  let gateway: Gateway;
  let client: AthenaClient;

  async function open(options: LakeOptions = {}): Promise<void> {
    lake = await openLake(options);
    gateway = await openGateway();
    gateway.attach([lake.athena]);
    client = new AthenaClient({
      region: "eu-west-1",
      endpoint: gateway.endpoint,
      credentials: { accessKeyId: "local", secretAccessKey: "local" },
      maxAttempts: 1,
    });
  }

  const openWith = (...workgroups: Workgroup[]) => open({ workgroups });

  afterEach(async () => {
    client.destroy();
    await gateway.close();
    await lake.close();
  });

  const start = async (QueryString: string, input: Partial<StartQueryExecutionCommandInput> = {}): Promise<string> => {
    const command = new StartQueryExecutionCommand({ QueryString, WorkGroup: "refinery", ...input });
    const { QueryExecutionId } = await client.send(command);
    assert.ok(QueryExecutionId);
    return QueryExecutionId;
  };
  const look = async (QueryExecutionId: string): Promise<QueryExecution> => {
    const answer = await client.send(new GetQueryExecutionCommand({ QueryExecutionId }));
    assert.ok(answer.QueryExecution);
    return answer.QueryExecution;
  };
  const end = async (id: string): Promise<QueryExecution> => {
    for (;;) {
      const execution = await look(id);
      if (!["QUEUED", "RUNNING"].includes(execution.Status?.State ?? "")) return execution;
      await setImmediate();
    }
  };
  const results = (QueryExecutionId: string) => client.send(new GetQueryResultsCommand({ QueryExecutionId }));
  const invalid = (message: RegExp | string, AthenaErrorCode = "INVALID_INPUT") => {
    return (error: unknown) => {
      assert.ok(error instanceof InvalidRequestException, String(error));
      if (typeof message === "string") assert.equal(error.message, message);
      else assert.match(error.message, message);
      assert.equal(error.AthenaErrorCode, AthenaErrorCode);
      return true;
    };
  };
  const fill = async (rows: number) => {
    await lake.ingest(...Array.from({ length: rows }, (_, n) => ({ message_id: `m-${n}`, ingestion_ts: n })));
  };

  it("runs a query, and tells of it", async () => {
    await open();
    await fill(2);
    const sql = "SELECT message_id, ingestion_ts AS ts, json_payload FROM orders ORDER BY ts";
    const id = await start(sql, { QueryExecutionContext: { Database: "raw", Catalog: "AwsDataCatalog" } });
    const execution = await end(id);
    const { Status, Statistics, ...rest } = execution;
    assert.deepEqual(rest, {
      QueryExecutionId: id,
      Query: sql,
      StatementType: "DML",
      SubstatementType: "SELECT",
      WorkGroup: "refinery",
      EngineVersion: { SelectedEngineVersion: "AUTO", EffectiveEngineVersion: "Athena engine version 3" },
      QueryExecutionContext: { Database: "raw", Catalog: "AwsDataCatalog" },
      ResultConfiguration: { OutputLocation: `${RESULTS}${id}.csv` },
      ResultReuseConfiguration: { ResultReuseByAgeConfiguration: { Enabled: false } },
    });
    assert.equal(Status?.State, "SUCCEEDED");
    const { SubmissionDateTime, CompletionDateTime } = Status;
    assert.ok(SubmissionDateTime && CompletionDateTime && SubmissionDateTime <= CompletionDateTime);
    assert.ok(Math.abs(Date.now() - SubmissionDateTime.getTime()) < 60_000);
    const {
      QueryQueueTimeInMillis = -1,
      EngineExecutionTimeInMillis = -1,
      TotalExecutionTimeInMillis,
    } = Statistics ?? {};
    assert.ok(QueryQueueTimeInMillis >= 0 && EngineExecutionTimeInMillis >= 0);
    assert.equal(TotalExecutionTimeInMillis, QueryQueueTimeInMillis + EngineExecutionTimeInMillis);
    assert.ok(Number(Statistics?.DataScannedInBytes) > 0);

    const { ResultSet, UpdateCount, NextToken } = await results(id);
    assert.equal(UpdateCount, 0);
    assert.equal(NextToken, undefined);
    assert.deepEqual(ResultSet?.Rows, [
      { Data: [{ VarCharValue: "message_id" }, { VarCharValue: "ts" }, { VarCharValue: "json_payload" }] },
      { Data: [{ VarCharValue: "m-0" }, { VarCharValue: "0" }, {}] },
      { Data: [{ VarCharValue: "m-1" }, { VarCharValue: "1" }, {}] },
    ]);
    assert.deepEqual(ResultSet?.ResultSetMetadata?.ColumnInfo?.[1], {
      CatalogName: "hive",
      SchemaName: "",
      TableName: "",
      Name: "ts",
      Label: "ts",
      Type: "bigint",
      Precision: 19,
      Scale: 0,
      Nullable: "UNKNOWN",
      CaseSensitive: false,
    });
  });

  it("writes the result of a SELECT to S3 before it succeeds, and of nothing else", async () => {
    await open();
    await end(await start("INSERT INTO semantic.orders (message_id, amount) VALUES ('a\"b', NULL), ('', 1)"));
    assert.equal(lake.files.size, 0);
    const id = await start("SELECT message_id, amount FROM semantic.orders ORDER BY 1");
    await end(id);
    assert.deepEqual([...lake.files], [[`results/athena/${id}.csv`, '"message_id","amount"\n"","1.00"\n"a""b",\n']]);
  });

  it("names the places where results would be", async () => {
    await open();
    const locations = [];
    for (const sql of [
      "INSERT INTO semantic.orders (message_id) VALUES ('a')",
      "DELETE FROM semantic.orders",
      "CREATE VIEW semantic.v AS SELECT 1 AS a",
      "ALTER TABLE semantic.orders ADD COLUMNS (a int)",
    ]) {
      const { StatementType, QueryExecutionId = "", ResultConfiguration } = await end(await start(sql));
      locations.push([StatementType, ResultConfiguration?.OutputLocation?.replace(RESULTS + QueryExecutionId, "")]);
    }
    assert.deepEqual(locations, [
      ["DML", ""],
      ["DML", ".csv"],
      ["DDL", ".txt"],
      ["DDL", ".txt"],
    ]);
  });

  it("fails a query whose result cannot be written", async () => {
    const put = () => Promise.reject(new Error("NoSuchBucket: results"));
    await open({ objects: { put } });
    const { Status } = await end(await start("SELECT 1 AS a"));
    assert.equal(Status?.State, "FAILED");
    assert.match(Status?.StateChangeReason ?? "", /NoSuchBucket/);
  });

  it("answers a statement that changes rows with their number, and DDL with nothing", async () => {
    await open();
    const id = await start("INSERT INTO semantic.orders (message_id) VALUES ('a'), ('b')");
    await end(id);
    const { ResultSet, UpdateCount } = await results(id);
    assert.equal(UpdateCount, 2);
    assert.deepEqual(ResultSet?.Rows, []);
    assert.deepEqual(
      ResultSet?.ResultSetMetadata?.ColumnInfo?.map(({ Name, Type }) => [Name, Type]),
      [["rows", "bigint"]],
    );
    const ddl = await start("CREATE VIEW semantic.v AS SELECT 1 AS a");
    await end(ddl);
    const answer = await results(ddl);
    assert.equal(answer.UpdateCount, undefined);
    assert.deepEqual(answer.ResultSet?.ResultSetMetadata?.ColumnInfo, []);
  });

  it("pages through a result, the header being the first row of the first page", async () => {
    await open();
    await fill(1000);
    const id = await start("SELECT ingestion_ts FROM raw.orders ORDER BY 1");
    await end(id);
    const sizes = [];
    const values = [];
    for await (const { ResultSet } of paginateGetQueryResults({ client }, { QueryExecutionId: id })) {
      sizes.push(ResultSet?.Rows?.length);
      values.push(...(ResultSet?.Rows ?? []).map(({ Data }) => Data?.[0]?.VarCharValue));
    }
    assert.deepEqual(sizes, [1000, 1]);
    assert.deepEqual(values, ["ingestion_ts", ...Array.from({ length: 1000 }, (_, n) => String(n))]);
    const page = await client.send(new GetQueryResultsCommand({ QueryExecutionId: id, MaxResults: 2 }));
    assert.deepEqual(page.ResultSet?.Rows?.length, 2);
    for (const input of [{ MaxResults: 0 }, { MaxResults: 1001 }]) {
      const command = new GetQueryResultsCommand({ QueryExecutionId: id, ...input });
      await assert.rejects(client.send(command), invalid(/MaxResults is \d+: it must be from 1 to 1000/));
    }
    const forged = new GetQueryResultsCommand({ QueryExecutionId: id, NextToken: "bm93aGVyZQ==" });
    await assert.rejects(client.send(forged), invalid("Invalid pagination token"));
  });

  it("says why a query failed", async () => {
    await open();
    const id = await start("SELECT CAST('x' AS bigint) AS n");
    const { Status } = await end(id);
    assert.equal(Status?.State, "FAILED");
    const reason = "INVALID_CAST_ARGUMENT: Conversion Error: Could not convert string 'x' to INT64";
    assert.equal(Status?.StateChangeReason, reason);
    assert.deepEqual(Status?.AthenaError, {
      ErrorCategory: 2,
      ErrorType: 1100,
      Retryable: false,
      ErrorMessage: reason,
    });
    const message = "Query did not finish successfully. Final query state: FAILED";
    await assert.rejects(results(id), invalid(message, "INVALID_QUERY_EXECUTION_STATE"));
  });

  it("tells a commit's conflict from the user's mistakes", async () => {
    await open({ intercept: ({ database, table }) => commitConflict(database, table) });
    const { Status } = await end(await start("INSERT INTO semantic.orders (message_id) VALUES ('a')"));
    assert.equal(Status?.AthenaError?.ErrorCategory, 1);
    assert.equal(Status?.AthenaError?.Retryable, true);
    assert.match(Status?.StateChangeReason ?? "", /^ICEBERG_COMMIT_ERROR: /);
  });

  it("refuses what it cannot parse, without a query", async () => {
    await open();
    await assert.rejects(start("SELECT FROM WHERE"), invalid(/syntax error at or near "WHERE"/, "MALFORMED_QUERY"));
    await assert.rejects(start("SELECT 1; SELECT 2"), invalid(/only one statement/, "MALFORMED_QUERY"));
    await assert.rejects(start(""), invalid("queryString is null or empty"));
  });

  it("takes a query of 262,144 bytes, and none that is longer", async () => {
    await open();
    const query = (bytes: number) => `SELECT  '${"ü".repeat((bytes - 10) / 2)}'`;
    assert.equal(Buffer.byteLength(query(262_144)), 262_144);
    assert.equal((await end(await start(query(262_144)))).Status?.State, "SUCCEEDED");
    await assert.rejects(start(query(262_146)), invalid(/Query string length \(262146\) is greater than 262144 bytes/));
  });

  it("starts one query for one token", async () => {
    await open();
    const ClientRequestToken = "a".repeat(32);
    const sql = "INSERT INTO semantic.orders (message_id) VALUES ('a')";
    const ids = await Promise.all([1, 2, 3].map(() => start(sql, { ClientRequestToken })));
    await end(ids[0] ?? "");
    ids.push(await start(sql, { ClientRequestToken }));
    assert.equal(new Set(ids).size, 1);
    assert.equal(await lake.tables.count("semantic", "orders"), 1);
    await assert.rejects(
      start("SELECT 1", { ClientRequestToken }),
      invalid("Idempotent parameters do not match", "IDEMPOTENT_PARAMETER_MISMATCH"),
    );
    await assert.rejects(start(sql, { ClientRequestToken: "short" }), invalid(/greater than or equal to 32/));
    // One that was refused may be tried again.
    const again = { ClientRequestToken: "b".repeat(32) };
    await assert.rejects(start("SELECT FROM WHERE", again), InvalidRequestException);
    await start("SELECT 1", again);
  });

  it("stops a query that runs, and one that waits", async () => {
    await open();
    await fill(3000);
    const running = [await start(ENDLESS), await start(ENDLESS)];
    const waiting = await start("SELECT 1");
    assert.equal((await look(waiting)).Status?.State, "QUEUED");
    const message = "Query has not yet finished. Current state: QUEUED";
    await assert.rejects(results(waiting), invalid(message, "INVALID_QUERY_EXECUTION_STATE"));
    for (const QueryExecutionId of [waiting, ...running]) {
      await client.send(new StopQueryExecutionCommand({ QueryExecutionId }));
      const { Status } = await end(QueryExecutionId);
      assert.equal(Status?.State, "CANCELLED");
      assert.equal(Status?.StateChangeReason, "Query cancelled by user");
      assert.equal(Status?.AthenaError, undefined);
      await assert.rejects(results(QueryExecutionId), invalid("Could not find results", "RESULT_NOT_FOUND"));
    }
    const after = await start("SELECT 1");
    assert.equal((await end(after)).Status?.State, "SUCCEEDED");
    await client.send(new StopQueryExecutionCommand({ QueryExecutionId: after }));
    assert.equal((await look(after)).Status?.State, "SUCCEEDED");
  });

  it("leaves nothing of a statement that is stopped", async () => {
    await open();
    await fill(3000);
    const id = await start(
      `INSERT INTO semantic.orders (message_id, amount) SELECT 'a', n FROM (${ENDLESS}) AS endless`,
    );
    while ((await look(id)).Status?.State !== "RUNNING") await setImmediate();
    await client.send(new StopQueryExecutionCommand({ QueryExecutionId: id }));
    assert.equal((await end(id)).Status?.State, "CANCELLED");
    assert.equal(await lake.tables.count("semantic", "orders"), 0);
    assert.equal((await end(await start("DELETE FROM semantic.orders"))).Status?.State, "SUCCEEDED");
  });

  it("refuses more active queries than the region's quota, and takes more when some have ended", async () => {
    await open({ region: "eu-north-1" });
    await fill(3000);
    const ids = [];
    for (let query = 0; query < 20; query++) ids.push(await start(ENDLESS));
    await assert.rejects(start("SELECT 1"), (error: unknown) => {
      assert.ok(error instanceof TooManyRequestsException, String(error));
      assert.equal(error.Reason, "CONCURRENT_QUERY_LIMIT_EXCEEDED");
      return true;
    });
    // DDL has a quota of its own.
    await start("CREATE VIEW semantic.v AS SELECT 1 AS a");
    await client.send(new StopQueryExecutionCommand({ QueryExecutionId: ids.at(-1) }));
    await start("SELECT 1");
  });

  it("cancels a query that would scan more than its workgroup lets it", async () => {
    await openWith(workgroup({ scanLimit: 10 * MIB }));
    await lake.ingest(
      ...Array.from({ length: 11 }, (_, n) => ({ message_id: `m-${n}`, json_payload: "x".repeat(MIB) })),
    );
    const { Status, Statistics } = await end(await start("SELECT message_id FROM raw.orders"));
    assert.equal(Status?.State, "CANCELLED");
    assert.equal(Status?.StateChangeReason, "Bytes scanned limit was exceeded");
    assert.ok(Number(Statistics?.DataScannedInBytes) > 11 * MIB);
    assert.equal((await end(await start("SELECT message_id FROM semantic.orders"))).Status?.State, "SUCCEEDED");
  });

  describe("with workgroups", () => {
    const elsewhere = { ResultConfiguration: { OutputLocation: "s3://elsewhere/x" } };
    const place = async (input: Partial<StartQueryExecutionCommandInput>) => {
      const { ResultConfiguration } = await end(await start("SELECT 1", input));
      return ResultConfiguration?.OutputLocation?.replace(/[^/]*$/, "");
    };

    it("lets an enforced configuration count, and a query's own elsewhere", async () => {
      await openWith(workgroup(), workgroup({ name: "free", enforced: false }));
      assert.equal(await place(elsewhere), RESULTS);
      assert.equal(await place({ WorkGroup: "free", ...elsewhere }), "s3://elsewhere/x/");
      assert.equal(await place({ WorkGroup: "free" }), RESULTS);
      assert.equal(await place({ WorkGroup: undefined, ...elsewhere }), "s3://elsewhere/x/");
    });

    it("refuses a query whose result has no place", async () => {
      await openWith(workgroup({ results: { outputLocation: undefined, encryption: undefined } }));
      const message =
        "No output location provided. An output location is required either through the Workgroup result configuration setting or as an API input.";
      for (const input of [{}, elsewhere, { WorkGroup: "primary" }]) {
        await assert.rejects(start("SELECT 1", input), invalid(message));
      }
      const nowhere = { WorkGroup: "primary", ResultConfiguration: { OutputLocation: "results" } };
      await assert.rejects(start("SELECT 1", nowhere), invalid("outputLocation is not a valid S3 path."));
    });

    it("refuses queries in one that is disabled or not there", async () => {
      await openWith(workgroup({ enabled: false }));
      await assert.rejects(start("SELECT 1"), invalid("WorkGroup refinery is disabled."));
      await assert.rejects(start("SELECT 1", { WorkGroup: "other" }), invalid("WorkGroup other is not found."));
    });

    it("describes them", async () => {
      const encryption = { option: "SSE_KMS", kmsKey: "arn:aws:kms:key" };
      await openWith(
        workgroup({ description: "Ours", scanLimit: 10 * MIB, results: { outputLocation: RESULTS, encryption } }),
      );
      const { WorkGroup } = await client.send(new GetWorkGroupCommand({ WorkGroup: "refinery" }));
      assert.deepEqual(WorkGroup, {
        Name: "refinery",
        State: "ENABLED",
        Description: "Ours",
        Configuration: {
          ResultConfiguration: {
            OutputLocation: RESULTS,
            EncryptionConfiguration: { EncryptionOption: "SSE_KMS", KmsKey: "arn:aws:kms:key" },
          },
          EnforceWorkGroupConfiguration: true,
          PublishCloudWatchMetricsEnabled: false,
          BytesScannedCutoffPerQuery: 10 * MIB,
          RequesterPaysEnabled: false,
          EngineVersion: { SelectedEngineVersion: "AUTO", EffectiveEngineVersion: "Athena engine version 3" },
        },
      });
      await assert.rejects(client.send(new GetWorkGroupCommand({ WorkGroup: "other" })), InvalidRequestException);
    });
  });

  it("refuses what it does not heed", async () => {
    await open();
    await assert.rejects(start("SELECT ?", { ExecutionParameters: ["1"] }), invalid(/no ExecutionParameters/));
    const reuse = { ResultReuseByAgeConfiguration: { Enabled: true } };
    await assert.rejects(start("SELECT 1", { ResultReuseConfiguration: reuse }), invalid(/reuses no results/));
    const catalog = { QueryExecutionContext: { Catalog: "other" } };
    await assert.rejects(start("SELECT 1", catalog), invalid(/no catalog other/));
    const acl = { AclConfiguration: { S3AclOption: "BUCKET_OWNER_FULL_CONTROL" as const } };
    await assert.rejects(start("SELECT 1", { ResultConfiguration: acl }), invalid(/does not know AclConfiguration/));
    await assert.rejects(client.send(new ListWorkGroupsCommand({})), { name: "UnknownOperationException" });
    await assert.rejects(look("nobody"), invalid("QueryExecution nobody was not found", "QUERY_EXECUTION_NOT_FOUND"));
  });
});

describe("Athena's service", () => {
  it("refuses what has not the protocol's shape", async () => {
    const lake = await openLake();
    const start = (input: Record<string, unknown>) => lake.athena.call("StartQueryExecution", input);
    for (const input of [
      { QueryString: 1 },
      { QueryString: "SELECT 1", WorkGroup: {} },
      { QueryString: "SELECT 1", ResultConfiguration: [] },
      { QueryString: "SELECT 1", QueryExecutionContext: "raw" },
    ]) {
      await assert.rejects(start(input), { name: "SerializationException" });
    }
    await assert.rejects(start({ QueryString: "SELECT 1", Engine: "x" }), { message: /does not know Engine/ });
    await lake.close();
  });

  it("stops every query when it closes, and takes no other", async () => {
    const lake = await openLake();
    await lake.ingest(...Array.from({ length: 3000 }, (_, n) => ({ message_id: `m-${n}` })));
    // One after the other: of those that are read at the same time, any may run first, and SELECT 1 succeeds then.
    const ids = [];
    for (const sql of [ENDLESS, ENDLESS, "SELECT 1"]) ids.push(await lake.start(sql));
    const unread = lake.start("SELECT 1");
    await Promise.all([lake.athena.close(), assert.rejects(unread, { name: "InternalServerException" })]);
    for (const id of ids) assert.equal((await lake.ended(id)).state, "CANCELLED");
    await assert.rejects(lake.start("SELECT 1"), { name: "InternalServerException" });
    lake.tables.close();
  });
});
