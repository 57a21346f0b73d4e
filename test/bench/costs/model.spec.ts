import assert from "node:assert/strict";
import { billOf, dollars, type Usage } from "../../../bench/costs/bill.ts";
import { usagesOf } from "../../../bench/costs/model.ts";
import { topicMapping } from "../../../bench/costs/stack.ts";
import { evaluate } from "../../../local/graph/evaluate.ts";
import { ofType, type StackGraph } from "../../../local/graph/types.ts";

const BYTES = 1024;
const MEASURED = {
  invocationMs: Object.fromEntries(
    ["sqs-processor", "firehose-transform", "refinery-plan", "water-balance", "circuit-breaker", "error-sweep"].map(
      (name) => [name, 10],
    ),
  ),
};

describe("usagesOf", function () {
  this.timeout(120_000);
  let graph: StackGraph;
  before(async () => {
    graph = await evaluate("dev");
  });
  const usages = (messages: number, mapping = topicMapping(graph)) =>
    usagesOf(graph, { messages, bytes: BYTES }, mapping, MEASURED);
  const named = (all: readonly Usage[], what: string): Usage => {
    const found = all.find((one) => one.what === what);
    assert.ok(found, `${what} is in the bill`);
    return found;
  };

  it("costs without messages what stands, and nothing that goes by messages", () => {
    const { total, standing } = billOf(usages(0));
    assert.equal(total, standing);
    assert.ok(standing > 0);
  });

  it("takes endpoints, keys, alarms and polling from the graph", () => {
    const all = usages(0);
    // Six interface endpoints in dev's one zone.
    assert.equal(dollars(named(all, "endpoints × zones")).toFixed(2), "43.80");
    assert.equal(named(all, "keys").units, ofType(graph, "aws:kms/key:Key").length);
    // Three topics', the DLQ's and the error files' queues have mappings.
    assert.equal(named(all, "idle polling").units, 5 * 657_000);
    assert.ok(named(all, "alarms").units > ofType(graph, "aws:cloudwatch/metricAlarm:MetricAlarm").length);
  });

  it("counts what a month's messages need", () => {
    const all = usages(100e6);
    assert.equal(named(all, "SendMessageBatch of ten").units, 10e6);
    assert.equal(named(all, "rows put").units.toFixed(1), "127.4");
    // 512 MB have less than a third of a core: 10 ms become 34.6.
    const requests = named(all, "sqs-processor, requests").units;
    assert.equal((named(all, "sqs-processor, GB-seconds").units / requests).toFixed(4), "0.0173");
  });

  it("costs more with more messages, and with smaller batches", () => {
    const bills = [0, 1e6, 100e6, 1e9].map((messages) => billOf(usages(messages)).total);
    assert.deepEqual(
      bills.toSorted((a, b) => a - b),
      bills,
    );
    const first = billOf(usages(100e6, { batchSize: 10, windowSeconds: 0 })).total;
    assert.ok(first > billOf(usages(100e6)).total);
  });

  it("names what it cannot reckon", () => {
    const load = { messages: 1, bytes: 1 };
    const without = { ...graph, resources: graph.resources.filter(({ type }) => !type.includes("stateMachine")) };
    assert.throws(() => usagesOf(without, load, topicMapping(graph), MEASURED), /dev has no such .*stateMachine/);
    assert.throws(
      () => usagesOf(graph, load, topicMapping(graph), { invocationMs: {} }),
      /no invocation of .* was measured/,
    );
  });
});
