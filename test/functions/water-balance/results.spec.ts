import assert from "node:assert/strict";
import { notChecked, readResults } from "../../../functions/water-balance/results.ts";

const KEY = "runs/r/map/manifest.json";
const LOCATION = { Bucket: "results", Key: KEY };

/** Reads objects that are in memory, as JSON. */
function read(objects: Record<string, unknown>) {
  return readResults(async (key) => {
    return key in objects ? JSON.stringify(objects[key]) : undefined;
  }, LOCATION);
}

const file = (name: string) => ({ Key: `runs/r/map/${name}.json`, Size: 1 });
const child = (output: object, input: object = {}) => ({
  ExecutionArn: "arn",
  Input: JSON.stringify(input),
  InputDetails: { Included: true },
  Output: JSON.stringify(output),
  OutputDetails: { Included: true },
  Status: "SUCCEEDED",
});

describe("readResults", () => {
  it("reads the outcome of each child execution from every file", async () => {
    const outcomes = await read({
      [KEY]: {
        MapRunArn: "arn",
        ResultFiles: { FAILED: [file("FAILED_0")], PENDING: [], SUCCEEDED: [file("SUCCEEDED_0"), file("SUCCEEDED_1")] },
      },
      "runs/r/map/SUCCEEDED_0.json": [
        child({
          topic: "orders",
          status: "counted",
          metadataLocation: "s3",
          from: 0,
          rows: [["kind"]],
          lost: [["day"]],
        }),
        child({ topic: "payments", status: "not_checked", step: "curate", error: "ICEBERG_COMMIT_ERROR" }),
      ],
      "runs/r/map/SUCCEEDED_1.json": [child({ status: "counted", rows: [] }, { topic: "returns" })],
      "runs/r/map/FAILED_0.json": [
        { Input: '{"topic":"shipments"}', Status: "FAILED", Error: "States.DataLimitExceeded", Cause: "too large" },
        { Input: '{"topic":"stopped"}', Status: "ABORTED" },
      ],
    });
    assert.deepEqual(Object.fromEntries(outcomes), {
      orders: { status: "counted", rows: [["kind"]], lost: [["day"]] },
      payments: { status: "not_checked", step: "curate", error: "ICEBERG_COMMIT_ERROR" },
      returns: { status: "counted", rows: [], lost: undefined },
      shipments: { status: "not_checked", step: "topic", error: "FAILED: States.DataLimitExceeded: too large" },
      stopped: { status: "not_checked", step: "topic", error: "ABORTED" },
    });
  });

  it("takes an output that it does not understand for no success", async () => {
    const outcomes = await read({
      [KEY]: { ResultFiles: { SUCCEEDED: [file("SUCCEEDED_0")] } },
      "runs/r/map/SUCCEEDED_0.json": [
        child({ topic: "a", status: "done" }),
        child({ topic: "b", status: "not_checked", step: "count", error: { Error: "E", Cause: "c" } }),
        { Input: '{"topic":"c"}', OutputDetails: { Included: false }, Status: "SUCCEEDED" },
        { Input: '{"topic":"d"}', Output: "null", Status: "SUCCEEDED" },
        { Input: "{", Output: '{"status":"counted"}', Status: "SUCCEEDED" },
      ],
    });
    assert.deepEqual(Object.fromEntries(outcomes), {
      a: { status: "not_checked", step: "topic", error: "no error is named" },
      b: { status: "not_checked", step: "count", error: '{"Error":"E","Cause":"c"}' },
      c: { status: "not_checked", step: "topic", error: "SUCCEEDED" },
      d: { status: "not_checked", step: "topic", error: "SUCCEEDED" },
    });
  });

  it("takes an error that has no JSON for that topic's, and reads on", async () => {
    const levels = 100_000;
    const deep = `${"[".repeat(levels)}${"]".repeat(levels)}`;
    const output = (topic: string, more: string) => ({ Output: `{"topic":"${topic}","error":${deep}${more}}` });
    const outcomes = await read({
      [KEY]: { ResultFiles: { SUCCEEDED: [file("SUCCEEDED_0")] } },
      "runs/r/map/SUCCEEDED_0.json": [
        output("a", ""),
        output("b", ',"cause":"why"'),
        child({ topic: "c", status: "counted", rows: [] }),
      ],
    });
    assert.deepEqual(Object.fromEntries(outcomes), {
      a: { status: "not_checked", step: "topic", error: "an object" },
      b: { status: "not_checked", step: "topic", error: "an object: why" },
      c: { status: "counted", rows: [], lost: undefined },
    });
  });

  it("knows of no topic where the Map had none", async () => {
    assert.equal((await read({ [KEY]: { ResultFiles: { SUCCEEDED: [], FAILED: [], PENDING: [] } } })).size, 0);
  });

  const broken: Record<string, Record<string, unknown>> = {
    "there is no object runs/r/map/manifest.json": {},
    "runs/r/map/manifest.json is no manifest": { [KEY]: {} },
    "there is no object runs/r/map/SUCCEEDED_0.json": { [KEY]: { ResultFiles: { SUCCEEDED: [file("SUCCEEDED_0")] } } },
    "runs/r/map/FAILED_0.json is no list": {
      [KEY]: { ResultFiles: { FAILED: [file("FAILED_0")] } },
      "runs/r/map/FAILED_0.json": {},
    },
  };
  for (const [message, objects] of Object.entries(broken)) {
    it(`throws where ${message}`, async () => {
      await assert.rejects(read(objects), { message: `results: ${message}` });
    });
  }

  it("keeps the beginning of a long error", () => {
    assert.equal(notChecked("curate", "x".repeat(5000)).error.length, 300);
    assert.equal(notChecked("curate", { cause: "x".repeat(5000) }).error.length, 301);
    assert.equal(notChecked("curate", undefined).error, "");
  });
});
