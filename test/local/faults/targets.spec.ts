import assert from "node:assert/strict";
import { faultTargets } from "../../../local/faults/targets.ts";
import { evaluate } from "../../../local/graph/evaluate.ts";
import { ofType } from "../../../local/graph/types.ts";

describe("the faults' targets", () => {
  it("are resources of the stack", async () => {
    const graph = await evaluate("dev");
    const names = (type: string, property: string) => ofType(graph, type).map(({ state }) => state[property]);
    const { sqsProcessor, archiveBucket, errorTracker } = faultTargets(graph);
    assert.ok(names("aws:lambda/function:Function", "name").includes(sqsProcessor));
    assert.ok(names("aws:s3/bucket:Bucket", "bucket").includes(archiveBucket));
    assert.ok(names("aws:dynamodb/table:Table", "name").includes(errorTracker));
  });
});
