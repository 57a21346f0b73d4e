import assert from "node:assert/strict";
import { evaluate } from "../local/graph/evaluate.ts";
import { type GraphResource, ofType, type StackGraph } from "../local/graph/types.ts";
import { SettingsError } from "../settings/errors.ts";

const QUEUE = "aws:sqs/queue:Queue";
const FUNCTION = "aws:lambda/function:Function";
const MAPPING = "aws:lambda/eventSourceMapping:EventSourceMapping";
const STREAM = "aws:kinesis/firehoseDeliveryStream:FirehoseDeliveryStream";
const ROLE_POLICY = "aws:iam/rolePolicy:RolePolicy";
const DATABASE = "aws:glue/catalogDatabase:CatalogDatabase";
const TABLE = "aws:glue/catalogTable:CatalogTable";
const OPTIMIZER = "aws:glue/catalogTableOptimizer:CatalogTableOptimizer";
const BUCKET = "aws:s3/bucket:Bucket";

/** What must exist before a resource is made, through any number of others. */
function madeBefore(graph: StackGraph, resource: GraphResource): Set<string> {
  const byUrn = new Map(graph.resources.map((one) => [one.urn, one]));
  const found = new Set<string>();
  const follow = (urn: string) => {
    if (!found.has(urn)) {
      found.add(urn);
      for (const dependency of byUrn.get(urn)?.dependencies ?? []) {
        follow(dependency);
      }
    }
  };
  for (const dependency of resource.dependencies) {
    follow(dependency);
  }
  return found;
}

function named(graph: StackGraph, type: string, name: string): GraphResource {
  const found = ofType(graph, type).find((resource) => resource.name === name);
  assert(found !== undefined, `no ${type} ${name}`);
  return found;
}

for (const stack of ["dev", "prod"]) {
  describe(`the program for ${stack}`, () => {
    let graph: StackGraph;
    before(async () => {
      graph = await evaluate(stack);
    });

    it("has a queue, a mapping and a RAW table for each topic", () => {
      const topics = Object.keys(graph.outputs.queueUrls as object);
      assert(topics.length >= 3);
      assert.equal(ofType(graph, QUEUE).length, topics.length + 1);
      assert.equal(ofType(graph, MAPPING).length, topics.length);
      assert.equal(ofType(graph, TABLE).length, topics.length);
      assert.equal(ofType(graph, OPTIMIZER).length, 3 * topics.length);
    });

    it("puts every resource under a component of the project's", () => {
      const components = new Set(
        graph.resources.filter(({ type }) => type.startsWith("lean-ops:")).map(({ urn }) => urn),
      );
      for (const { custom, name, parent } of graph.resources) {
        assert(!custom || components.has(parent ?? ""), name);
      }
    });

    it("gives every resource a name of its own on AWS", () => {
      const physical = graph.resources
        .filter(({ inputs }) => typeof inputs.name === "string")
        .map(({ type, inputs }) => `${type} ${inputs.databaseName ?? inputs.role ?? ""} ${inputs.name}`);
      assert.deepEqual(physical.toSorted(), [...new Set(physical)].toSorted());
    });

    it("makes the roles' policies and the tables before what AWS checks them for", () => {
      const stream = madeBefore(graph, named(graph, STREAM, "delivery-stream"));
      assert(stream.has(named(graph, ROLE_POLICY, "delivery-policy").urn));
      for (const table of ofType(graph, TABLE)) {
        assert(stream.has(table.urn), table.name);
      }
      const processorPolicy = named(graph, ROLE_POLICY, "compute-sqs-processor-policy").urn;
      for (const mapping of ofType(graph, MAPPING)) {
        assert(madeBefore(graph, mapping).has(processorPolicy), mapping.name);
      }
      const optimizerPolicy = named(graph, ROLE_POLICY, "lake-optimization-policy").urn;
      for (const optimizer of ofType(graph, OPTIMIZER)) {
        assert(madeBefore(graph, optimizer).has(optimizerPolicy), optimizer.name);
      }
      for (const { urn, name } of ofType(graph, FUNCTION)) {
        const policy = name.replace(/-function$/, "-policy");
        assert(madeBefore(graph, named(graph, FUNCTION, name)).has(named(graph, ROLE_POLICY, policy).urn), urn);
      }
    });

    it("changes a bucket's access in steps that S3 takes one after the other", () => {
      for (const policy of ofType(graph, "aws:s3/bucketPolicy:BucketPolicy")) {
        const block = policy.name.replace(/-policy$/, "-public-access");
        const type = "aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock";
        assert(madeBefore(graph, policy).has(named(graph, type, block).urn), policy.name);
      }
      for (const lifecycle of ofType(graph, "aws:s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration")) {
        const versioning = lifecycle.name.replace(/-lifecycle$/, "-versioning");
        const type = "aws:s3/bucketVersioning:BucketVersioning";
        assert(madeBefore(graph, lifecycle).has(named(graph, type, versioning).urn), lifecycle.name);
      }
    });

    it("leaves the tables to Iceberg, and stopped mappings to whoever stopped them", () => {
      for (const { name, ignoreChanges } of ofType(graph, TABLE)) {
        assert.deepEqual(ignoreChanges, ["openTableFormatInput", "parameters", "storageDescriptor"], name);
      }
      for (const { name, ignoreChanges } of ofType(graph, MAPPING)) {
        assert.deepEqual(ignoreChanges, ["enabled"], name);
      }
    });

    it("protects what holds rows, and nothing else, in prod only", () => {
      const holding = new Set([BUCKET, DATABASE, TABLE]);
      for (const { type, name, protect } of graph.resources) {
        assert.equal(protect, stack === "prod" && holding.has(type), name);
      }
    });

    it("keeps each role's policies within IAM's 10,240 characters", () => {
      for (const { name, inputs } of ofType(graph, ROLE_POLICY)) {
        assert(String(inputs.policy).replace(/\s/g, "").length <= 10_240, name);
      }
    });

    it("tells an operator where everything is", () => {
      const { queueUrls, rawTables, ...others } = graph.outputs as Record<string, Record<string, string>>;
      const sqs = "https://sqs.eu-west-1.amazonaws.com/123456789012";
      assert.equal(queueUrls?.orders, `${sqs}/lean-ops-${stack}-topic-orders`);
      assert.equal(rawTables?.orders, `lean_ops_${stack}_raw.orders`);
      assert.deepEqual(Object.keys(rawTables ?? {}), Object.keys(queueUrls ?? {}));
      assert.deepEqual(JSON.parse(JSON.stringify(others)), {
        deadLetterQueue: {
          url: `${sqs}/lean-ops-${stack}-dlq`,
          arn: `arn:aws:sqs:eu-west-1:123456789012:lean-ops-${stack}-dlq`,
        },
        deliveryStream: `lean-ops-${stack}-events`,
        functions: {
          sqsProcessor: `lean-ops-${stack}-sqs-processor`,
          firehoseTransform: `lean-ops-${stack}-firehose-transform`,
        },
        lakeBucket: `lean-ops-${stack}-lake-123456789012`,
        errorBucket: `lean-ops-${stack}-errors-123456789012`,
        catalogOptimization: null,
      });
    });

    it("can be previewed before anything exists", async () => {
      const preview = await evaluate(stack, { preview: true });
      assert.deepEqual(
        preview.resources.map(({ urn }) => urn).toSorted(),
        graph.resources.map(({ urn }) => urn).toSorted(),
      );
    });

    it("is the same when it is evaluated again", async () => {
      const again = await evaluate(stack);
      const sorted = ({ resources }: StackGraph) =>
        resources.map(({ urn, inputs }) => ({ urn, inputs })).toSorted((a, b) => (a.urn < b.urn ? -1 : 1));
      assert.deepEqual(sorted(again), sorted(graph));
    });
  });
}

describe("the program", () => {
  const region = { "aws:region": "eu-west-1" };

  it("leaves the tables' upkeep to the catalog where the settings say so, and says how", async () => {
    const graph = await evaluate("dev", {
      config: { ...region, "lean-ops:topics": '{"orders":{}}', "lean-ops:lake": '{"optimizers":"catalog"}' },
    });
    assert.deepEqual(ofType(graph, OPTIMIZER), []);
    const { CatalogId } = graph.outputs.catalogOptimization as { CatalogId: string };
    assert.equal(CatalogId, "123456789012");
  });

  it("makes nothing where a setting does not hold", async () => {
    const config = { ...region, "lean-ops:topics": '{"Orders":{}}', "lean-ops:queue": '{"maxReceiveCount":0}' };
    await assert.rejects(evaluate("dev", { config }), (error) => {
      assert(error instanceof SettingsError);
      assert.deepEqual(
        error.problems.map(({ path }) => path),
        ["queue.maxReceiveCount", "topics.Orders"],
      );
      return true;
    });
  });
});
