import assert from "node:assert/strict";
import { setImmediate } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { evaluate } from "../../../local/graph/evaluate.ts";
import { type GraphResource, ofType, type StackGraph } from "../../../local/graph/types.ts";

const root = fileURLToPath(new URL("../../fixtures/program", import.meta.url));

function only(graph: StackGraph, type: string): GraphResource {
  const [resource, ...others] = ofType(graph, type);
  assert.ok(resource, `no ${type}`);
  assert.equal(others.length, 0);
  return resource;
}

describe("evaluate", () => {
  let graph: StackGraph;

  before(async () => {
    graph = await evaluate("dev", { root });
  });

  it("returns every resource, those included that others wait for", () => {
    assert.deepEqual(graph.resources.map((resource) => resource.name).sort(), [
      "fixture-dev",
      "group",
      "group-queue",
      "worker",
      "worker-mapping",
    ]);
  });

  it("says which stack, region and account it stands for", () => {
    const { project, stack, region, account } = graph;
    assert.deepEqual(
      { project, stack, region, account },
      { project: "fixture", stack: "dev", region: "eu-west-1", account: "123456789012" },
    );
  });

  it("hands the stack's settings to the program", () => {
    assert.equal(only(graph, "aws:sqs/queue:Queue").inputs.visibilityTimeoutSeconds, 45);
  });

  it("adds the outputs that AWS would give", () => {
    const { state } = only(graph, "aws:sqs/queue:Queue");
    assert.equal(state.arn, "arn:aws:sqs:eu-west-1:123456789012:work");
    assert.equal(state.url, "https://sqs.eu-west-1.amazonaws.com/123456789012/work");
  });

  it("resolves references between resources and keeps what depends on what", () => {
    const mapping = only(graph, "aws:lambda/eventSourceMapping:EventSourceMapping");
    const queue = only(graph, "aws:sqs/queue:Queue");
    assert.equal(mapping.inputs.eventSourceArn, queue.state.arn);
    assert.deepEqual(mapping.propertyDependencies.eventSourceArn, [queue.urn]);
    assert.ok(mapping.dependencies.includes(only(graph, "aws:lambda/function:Function").urn));
  });

  it("keeps parents and resource options", () => {
    const queue = only(graph, "aws:sqs/queue:Queue");
    assert.equal(queue.parent, only(graph, "fixture:index:Group").urn);
    assert.equal(queue.protect, true);
    assert.deepEqual(queue.ignoreChanges, ["tags"]);
  });

  it("names the source line that made a resource", () => {
    assert.deepEqual(only(graph, "aws:sqs/queue:Queue").source, { file: "index.ts", line: 13, column: 18 });
    // At the top level of the module.
    assert.deepEqual(only(graph, "aws:lambda/function:Function").source, { file: "index.ts", line: 28, column: 16 });
  });

  it("holds code as text, and secrets as plain values", () => {
    const { inputs } = only(graph, "aws:lambda/function:Function");
    assert.deepEqual(inputs.code, { files: { "index.mjs": "export const handler = 1;" } });
    assert.deepEqual(inputs.environment, {
      variables: { QUEUE_URL: "https://sqs.eu-west-1.amazonaws.com/123456789012/work", TOKEN: "hush" },
    });
  });

  it("returns what the program exports", () => {
    assert.deepEqual(graph.outputs, {
      queueUrl: "https://sqs.eu-west-1.amazonaws.com/123456789012/work",
      functions: { worker: "arn:aws:lambda:eu-west-1:123456789012:function:worker" },
    });
  });

  it("gives the same graph each time", async () => {
    assert.deepEqual(await evaluate("dev", { root }), graph);
  });

  it("keeps evaluations at the same time apart", async () => {
    const graphs = await Promise.all([evaluate("dev", { root }), evaluate("dev", { root }), evaluate("dev", { root })]);
    for (const one of graphs) assert.deepEqual(one, graph);
  });

  it("puts queue URLs on the endpoint that it is given", async () => {
    const { outputs } = await evaluate("dev", { root, queueEndpoint: "http://127.0.0.1:4566" });
    assert.equal(outputs.queueUrl, "http://127.0.0.1:4566/123456789012/work");
  });

  it("evaluates as a preview does, with unknown outputs", async () => {
    const preview = await evaluate("dev", { root, preview: true });
    const mapping = only(preview, "aws:lambda/eventSourceMapping:EventSourceMapping");
    assert.equal(mapping.inputs.eventSourceArn, undefined);
    assert.deepEqual(mapping.propertyDependencies.eventSourceArn, [only(preview, "aws:sqs/queue:Queue").urn]);
  });

  it("fails with the error of a registration that nobody awaits", async () => {
    await assert.rejects(evaluate("broken", { root }), /batch size unknown/);
  });

  it("fails once when the program throws, and leaves no rejection behind", async () => {
    const behind: unknown[] = [];
    const note = (reason: unknown) => behind.push(reason);
    process.prependListener("unhandledRejection", note);
    const config = { "aws:region": "eu-west-1", "fixture:fail": "program" };
    await assert.rejects(evaluate("dev", { root, config }), /bad settings/);
    const seenByEvaluate = behind.length;
    await setImmediate();
    process.off("unhandledRejection", note);
    assert.equal(behind.length, seenByEvaluate);
  });

  it("names the settings file that is missing, and those that exist", async () => {
    await assert.rejects(
      evaluate("nosuch", { root }),
      /"nosuch" has no Pulumi\.nosuch\.yaml.*broken, dev, nowhere, secret, typo$/,
    );
  });

  it("refuses an encrypted value, which it cannot read", async () => {
    await assert.rejects(evaluate("secret", { root }), /Pulumi\.secret\.yaml: fixture:token: is encrypted/);
  });

  it("refuses a key whose namespace nobody reads, and names those that are read", async () => {
    const message = /^Error: Pulumi\.typo\.yaml: fixtrue:queue: .* the namespaces are: fixture, aws, pulumi$/;
    await assert.rejects(evaluate("typo", { root }), message);
  });

  it("refuses what is no region", async () => {
    await assert.rejects(evaluate("nowhere", { root }), /Pulumi\.nowhere\.yaml: aws:region: must be .* is "europe"$/);
  });
});
