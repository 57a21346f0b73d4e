import assert from "node:assert/strict";
import { refineryOf, type Statement, statementsOf } from "./parts.ts";

const ACCOUNT = "eu-west-1:123456789012";
const MACHINE = `arn:aws:states:${ACCOUNT}:stateMachine:lean-ops-test-refinery`;
const TABLE = (layer: string) => [
  `arn:aws:glue:${ACCOUNT}:database/lean_ops_test_${layer}`,
  `arn:aws:glue:${ACCOUNT}:table/lean_ops_test_${layer}/*`,
];
const CATALOG = `arn:aws:glue:${ACCOUNT}:catalog`;
const LAKE = "arn:aws:s3:::lean-ops-test-lake";
const QUERIES = "arn:aws:s3:::lean-ops-test-queries";

describe("what the refinery's machine may do", () => {
  let granted: Record<string, Statement>;
  before(async () => {
    granted = statementsOf(await refineryOf(), "refinery-policy");
  });

  it("is in statements of their own, and nothing else", () => {
    assert.deepEqual(Object.keys(granted), [
      ...["CallFunctions", "Lock", "LockKey", "StartTopics", "WatchTopics", "RunFiles"],
      ...["Query", "Catalog", "Answers", "Buckets"],
      ...["ReadTables", "CommitTables", "MakeViews", "ReadRaw", "RefinedFiles", "FilesKey"],
      ...["MachineKey", "LogsKey", "WriteLogs", "Logs", "Traces"],
    ]);
  });

  it("is to call its two functions, hold its lock, and run its own topics", () => {
    const { CallFunctions, Lock, StartTopics, WatchTopics } = granted;
    assert.deepEqual(CallFunctions?.Resource, [
      `arn:aws:lambda:${ACCOUNT}:function:lean-ops-test-refinery-plan`,
      `arn:aws:lambda:${ACCOUNT}:function:lean-ops-test-water-balance`,
    ]);
    assert.deepEqual(
      [Lock?.Action, Lock?.Resource],
      [["dynamodb:PutItem", "dynamodb:DeleteItem"], `arn:aws:dynamodb:${ACCOUNT}:table/lean-ops-test-refinery`],
    );
    assert.deepEqual([StartTopics?.Action, StartTopics?.Resource], ["states:StartExecution", MACHINE]);
    assert.equal(WatchTopics?.Resource, `arn:aws:states:${ACCOUNT}:execution:lean-ops-test-refinery/*`);
  });

  it("is to read RAW, and to change CURATED and SEMANTIC alone", () => {
    const { ReadTables, CommitTables, MakeViews, ReadRaw, RefinedFiles } = granted;
    assert.deepEqual(ReadTables?.Resource, [
      CATALOG,
      ...["raw", "curated", "semantic"].flatMap(TABLE),
      `arn:aws:glue:${ACCOUNT}:database/default`,
    ]);
    assert.deepEqual(CommitTables?.Resource, [CATALOG, ...["curated", "semantic"].flatMap(TABLE)]);
    assert.deepEqual(MakeViews?.Resource, [CATALOG, ...TABLE("semantic")]);
    assert.deepEqual([ReadRaw?.Action, ReadRaw?.Resource], ["s3:GetObject", `${LAKE}/raw/*`]);
    assert.deepEqual(RefinedFiles?.Resource, [`${LAKE}/curated/*`, `${LAKE}/semantic/*`]);
  });

  it("is to query in the stack's workgroup, and to read its own answers and runs", () => {
    const { Query, Answers, RunFiles, Buckets } = granted;
    assert.equal(Query?.Resource, `arn:aws:athena:${ACCOUNT}:workgroup/lean-ops-test`);
    assert.equal(Answers?.Resource, `${QUERIES}/answers/*`);
    assert.equal(RunFiles?.Resource, `${QUERIES}/runs/*`);
    assert.deepEqual(Buckets?.Resource, [QUERIES, LAKE]);
  });

  it("is to use the key of data for its own executions and logs, without the service's name, which would stop them", () => {
    const { MachineKey, LogsKey, LockKey, FilesKey } = granted;
    assert.deepEqual(MachineKey?.Condition, {
      StringLike: { "kms:EncryptionContext:aws:states:stateMachineArn": [MACHINE, `${MACHINE}/*`] },
    });
    assert.deepEqual(MachineKey?.Action, ["kms:GenerateDataKey", "kms:Decrypt"]);
    assert.deepEqual(
      [LogsKey?.Action, LogsKey?.Condition],
      ["kms:GenerateDataKey", { StringLike: { "kms:EncryptionContext:SourceArn": `arn:aws:logs:${ACCOUNT}:*` } }],
    );
    const via = (service: string) => ({
      StringEquals: { "kms:ViaService": [`${service}.eu-west-1.amazonaws.com`] },
    });
    assert.deepEqual([LockKey?.Condition, FilesKey?.Condition], [via("dynamodb"), via("s3")]);
  });

  it("has a star for a resource only where AWS allows nothing else", () => {
    const open = Object.entries(granted).filter(([, { Resource }]) => Resource === "*");
    assert.deepEqual(
      open.map(([sid]) => sid),
      ["Logs", "Traces"],
    );
  });

  it("fits into a role's 10,240 characters", () => {
    assert.ok(JSON.stringify(Object.values(granted)).length < 10_240);
  });
});
