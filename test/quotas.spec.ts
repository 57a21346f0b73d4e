import assert from "node:assert/strict";
import { topicSettings } from "../bench/topics.ts";
import { evaluate } from "../local/graph/evaluate.ts";
import { ofType, type StackGraph } from "../local/graph/types.ts";
import { QUOTAS } from "./support/quotas.ts";

const TOPICS = 1000;

describe("a stack of 1,000 topics", function () {
  this.timeout(240_000);
  let graph: StackGraph;
  before(async () => {
    graph = await evaluate("dev", { config: topicSettings(TOPICS) });
  });

  it("has a queue, a mapping and four tables for each of them", () => {
    assert.equal(ofType(graph, "aws:sqs/queue:Queue").length, TOPICS + 3);
    assert.equal(ofType(graph, "aws:lambda/eventSourceMapping:EventSourceMapping").length, TOPICS + 3);
    assert.equal(ofType(graph, "aws:glue/catalogTable:CatalogTable").length, 4 * TOPICS + 1);
  });

  for (const { name, limit, page, adjustable, used } of QUOTAS) {
    it(`keeps within ${limit.toLocaleString("en-US")}${adjustable ? ", which AWS raises" : ""}: ${name}`, () => {
      const found = used(graph);
      // What is not there cannot be held to anything.
      assert.ok(found > 0, `nothing in the graph uses it: ${page}`);
      assert.ok(found <= limit, `${found} of ${limit}: ${page}`);
    });
  }
});
