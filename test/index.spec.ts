import assert from "node:assert/strict";
import { evaluate } from "../local/graph/evaluate.ts";
import { type GraphResource, ofType, type StackGraph } from "../local/graph/types.ts";
import { SettingsError } from "../settings/errors.ts";
import { metricsUsed } from "./support/metrics-used.ts";

const QUEUE = "aws:sqs/queue:Queue";
const FUNCTION = "aws:lambda/function:Function";
const MAPPING = "aws:lambda/eventSourceMapping:EventSourceMapping";
const STREAM = "aws:kinesis/firehoseDeliveryStream:FirehoseDeliveryStream";
const ROLE_POLICY = "aws:iam/rolePolicy:RolePolicy";
const DATABASE = "aws:glue/catalogDatabase:CatalogDatabase";
const TABLE = "aws:glue/catalogTable:CatalogTable";
const OPTIMIZER = "aws:glue/catalogTableOptimizer:CatalogTableOptimizer";
const BUCKET = "aws:s3/bucket:Bucket";
const TRACKER = "aws:dynamodb/table:Table";
const SCHEDULE = "aws:scheduler/schedule:Schedule";
const MACHINE = "aws:sfn/stateMachine:StateMachine";
const KEY = "aws:kms/key:Key";
const TOPIC = "aws:sns/topic:Topic";
const SECURITY_GROUP = "aws:ec2/securityGroup:SecurityGroup";
const ENDPOINT = "aws:ec2/vpcEndpoint:VpcEndpoint";
const EGRESS = "aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule";
const INGRESS = "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule";
const ALARM = "aws:cloudwatch/metricAlarm:MetricAlarm";

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
  describe(`the program for ${stack}`, function () {
    this.timeout(240_000);
    let graph: StackGraph;
    before(async () => {
      graph = await evaluate(stack);
    });

    it("has a queue, a mapping and four tables for each topic, and one for the water balance", () => {
      const topics = Object.keys(graph.outputs.queueUrls as object);
      assert(topics.length >= 3);
      const queues = ofType(graph, QUEUE).filter(({ name }) => name.startsWith("messaging-topic-"));
      assert.equal(queues.length, topics.length);
      const mappings = ofType(graph, MAPPING).filter(({ name }) => name.startsWith("compute-"));
      assert.equal(mappings.length, topics.length);
      assert.equal(ofType(graph, TABLE).length, 4 * topics.length + 1);
      assert.equal(ofType(graph, OPTIMIZER).length, 3 * (4 * topics.length + 1));
    });

    it("consumes each queue, but for the one that tells people, and the tracker's stream", () => {
      const consumed = new Set(ofType(graph, MAPPING).map(({ inputs }) => inputs.eventSourceArn));
      const others = ofType(graph, QUEUE).filter(({ state }) => !consumed.has(state.arn));
      assert.deepEqual(
        others.map(({ name }) => name),
        ["replay-failures"],
      );
      assert(consumed.has(named(graph, TRACKER, "archive-error-tracker").state.streamArn));
    });

    it("lets no mapping take more than its function's reserved concurrency", () => {
      const { compute, archive } = Object.groupBy(ofType(graph, MAPPING), ({ name }) => name.split("-")[0] ?? "");
      const most = (mappings: GraphResource[] = []) =>
        mappings.reduce((sum, { inputs }) => {
          const { maximumConcurrency } = inputs.scalingConfig as { maximumConcurrency: number };
          return sum + maximumConcurrency;
        }, 0);
      const reserved = (name: string) => named(graph, FUNCTION, name).inputs.reservedConcurrentExecutions;
      assert.equal(reserved("compute-sqs-processor-function"), most(compute));
      assert.equal(reserved("archive-dlq-processor-function"), most(archive));
    });

    it("hides a message for longer than the function works that consumes it", () => {
      const byArn = new Map(graph.resources.map((resource) => [resource.state.arn, resource]));
      for (const { name, inputs } of ofType(graph, MAPPING)) {
        const source = byArn.get(inputs.eventSourceArn);
        if (source?.type !== QUEUE) continue;
        const visibility = Number(source.inputs.visibilityTimeoutSeconds);
        const timeout = Number(byArn.get(inputs.functionName)?.inputs.timeout);
        assert(visibility >= 3 * timeout, `${name}: ${visibility} < 3 * ${timeout}`);
      }
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
      for (const table of ofType(graph, TABLE).filter(({ name }) => name.startsWith("lake-raw-"))) {
        assert(stream.has(table.urn), table.name);
      }
      for (const mapping of ofType(graph, MAPPING)) {
        const target = ofType(graph, FUNCTION).find(({ state }) => state.arn === mapping.inputs.functionName);
        const policy = named(graph, ROLE_POLICY, String(target?.name).replace(/-function$/, "-policy"));
        assert(madeBefore(graph, mapping).has(policy.urn), mapping.name);
      }
      for (const schedule of ofType(graph, SCHEDULE)) {
        const policy = named(graph, ROLE_POLICY, `${schedule.name}-policy`);
        assert(madeBefore(graph, schedule).has(policy.urn), schedule.name);
      }
      const subscription = named(graph, "aws:sns/topicSubscription:TopicSubscription", "breaker-subscription");
      const permission = named(graph, "aws:lambda/permission:Permission", "breaker-permission");
      assert(madeBefore(graph, subscription).has(permission.urn));
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

    it("protects what holds rows, messages and states, and the key, and nothing else, in prod only", () => {
      const holding = new Set([BUCKET, DATABASE, TABLE, TRACKER, KEY]);
      for (const { type, name, protect } of graph.resources) {
        assert.equal(protect, stack === "prod" && holding.has(type), name);
      }
    });

    it("lets the circuit breaker switch the mappings of the very function that the topics' queues invoke", () => {
      const { inputs } = named(graph, ROLE_POLICY, "breaker-policy");
      const { Statement } = JSON.parse(String(inputs.policy));
      const { Condition } = Statement.find(({ Sid }: { Sid: string }) => Sid === "SwitchMappings");
      const invoked = ofType(graph, MAPPING)
        .filter(({ name }) => name.startsWith("compute-"))
        .map((mapping) => mapping.inputs.functionName);
      assert.deepEqual([...new Set(invoked)], [Condition.ArnEquals["lambda:FunctionArn"]]);
    });

    it("opens the circuit by those alarms of which it tells the circuit breaker, and tells people of all others", () => {
      const { environment } = named(graph, FUNCTION, "breaker-function").inputs;
      const { BREAKER_ALARMS } = (environment as { variables: Record<string, string> }).variables;
      const openers = BREAKER_ALARMS?.split(",") ?? [];
      assert.equal(openers.length, 4);
      for (const { inputs } of ofType(graph, ALARM)) {
        const topic = openers.includes(String(inputs.name)) ? "breaker-topic" : "alerts-topic";
        assert.deepEqual(inputs.alarmActions, [named(graph, TOPIC, topic).state.arn], String(inputs.name));
      }
    });

    it("watches and shows nothing but what the stack has", () => {
      const namesOf = (type: string) => ofType(graph, type).map(({ state }) => state.name);
      const known: Record<string, unknown[]> = {
        QueueName: namesOf(QUEUE),
        FunctionName: namesOf(FUNCTION),
        function_name: namesOf(FUNCTION),
        DeliveryStreamName: namesOf(STREAM),
        StateMachineArn: ofType(graph, MACHINE).map(({ state }) => state.arn),
      };
      const uses = metricsUsed(graph);
      assert(uses.length > 50);
      for (const { usedBy, dimensions } of uses) {
        const checked = Object.entries(dimensions).filter(([dimension]) => dimension in known);
        assert.equal(checked.length, 1, usedBy);
        for (const [dimension, value] of checked) assert(known[dimension]?.includes(value), `${usedBy}: ${value}`);
      }
    });

    it("makes every way into the network before a function, which could call nothing without", () => {
      const ways = [ENDPOINT, EGRESS, INGRESS].flatMap((type) => ofType(graph, type));
      assert.equal(ways.length, ofType(graph, ENDPOINT).length + 4);
      for (const made of ofType(graph, FUNCTION)) {
        const before = madeBefore(graph, made);
        for (const way of ways) assert(before.has(way.urn), `${way.name} before ${made.name}`);
      }
    });

    it("lets a function through an endpoint for whatever its role lets it call there itself", () => {
      const pollers = new Set(["sqs:ReceiveMessage", "dynamodb:DescribeStream", "dynamodb:GetRecords"]);
      for (const action of ["dynamodb:GetShardIterator", "dynamodb:ListStreams"]) pollers.add(action);
      const listed = (value: string | string[]) => [value].flat();
      for (const endpoint of ofType(graph, ENDPOINT)) {
        const [statement] = JSON.parse(String(endpoint.inputs.policy)).Statement;
        const service = statement.Action[0].split(":")[0];
        const needed = listed(statement.Condition.ArnEquals["aws:PrincipalArn"]).flatMap((arn) => {
          const role = arn.split("/").at(-1);
          const policy = ofType(graph, ROLE_POLICY).find(({ inputs }) => inputs.role === role);
          const allowed = JSON.parse(String(policy?.inputs.policy)).Statement;
          return allowed.flatMap(({ Action }: { Action: string | string[] }) =>
            listed(Action).filter((action) => action.startsWith(`${service}:`) && !pollers.has(action)),
          );
        });
        assert.deepEqual(statement.Action, [...new Set(needed)].toSorted(), endpoint.name);
      }
    });

    it("keeps each role's policies within IAM's 10,240 characters", () => {
      for (const { name, inputs } of ofType(graph, ROLE_POLICY)) {
        assert(String(inputs.policy).replace(/\s/g, "").length <= 10_240, name);
      }
    });

    it("tells an operator where everything is", () => {
      const { queueUrls, rawTables, curatedTables, semanticTables, rejectedTables, ...others } =
        graph.outputs as Record<string, Record<string, string>>;
      const sqs = "https://sqs.eu-west-1.amazonaws.com/123456789012";
      assert.equal(queueUrls?.orders, `${sqs}/lean-ops-${stack}-topic-orders`);
      assert.equal(rawTables?.orders, `lean_ops_${stack}_raw.orders`);
      assert.equal(curatedTables?.orders, `lean_ops_${stack}_curated.orders`);
      assert.equal(semanticTables?.orders, `lean_ops_${stack}_semantic.orders`);
      assert.equal(rejectedTables?.orders, `lean_ops_${stack}_semantic.orders_rejected`);
      for (const tables of [rawTables, curatedTables, semanticTables, rejectedTables]) {
        assert.deepEqual(Object.keys(tables ?? {}), Object.keys(queueUrls ?? {}));
      }
      assert.deepEqual(JSON.parse(JSON.stringify(others)), {
        deadLetterQueue: {
          url: `${sqs}/lean-ops-${stack}-dlq`,
          arn: `arn:aws:sqs:eu-west-1:123456789012:lean-ops-${stack}-dlq`,
        },
        deliveryStream: `lean-ops-${stack}-events`,
        functions: {
          sqsProcessor: `lean-ops-${stack}-sqs-processor`,
          firehoseTransform: `lean-ops-${stack}-firehose-transform`,
          dlqProcessor: `lean-ops-${stack}-dlq-processor`,
          errorSweep: `lean-ops-${stack}-error-sweep`,
          replay: `lean-ops-${stack}-replay`,
          circuitBreaker: `lean-ops-${stack}-circuit-breaker`,
          refineryPlan: `lean-ops-${stack}-refinery-plan`,
          waterBalance: `lean-ops-${stack}-water-balance`,
        },
        balanceTable: `lean_ops_${stack}_semantic.water_balance`,
        workgroup: `lean-ops-${stack}`,
        refineryMachine: `arn:aws:states:eu-west-1:123456789012:stateMachine:lean-ops-${stack}-refinery`,
        refineryTable: `lean-ops-${stack}-refinery`,
        queryBucket: `lean-ops-${stack}-queries-123456789012`,
        lakeBucket: `lean-ops-${stack}-lake-123456789012`,
        errorBucket: `lean-ops-${stack}-errors-123456789012`,
        deliveryErrorsQueue: { url: `${sqs}/lean-ops-${stack}-delivery-errors` },
        accessLogBucket: `lean-ops-${stack}-access-123456789012`,
        archiveBucket: `lean-ops-${stack}-archive-123456789012`,
        errorTracker: `lean-ops-${stack}-error-tracker`,
        replayFailuresQueue: { url: `${sqs}/lean-ops-${stack}-replay-failures` },
        circuitTable: `lean-ops-${stack}-circuit`,
        breakerTopic: `arn:aws:sns:eu-west-1:123456789012:lean-ops-${stack}-breaker`,
        alertTopic: `arn:aws:sns:eu-west-1:123456789012:lean-ops-${stack}-alerts`,
        dashboard: `lean-ops-${stack}`,
        functionSecurityGroup: named(graph, SECURITY_GROUP, "network-functions").state.id,
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

describe("the program", function () {
  this.timeout(240_000);
  const region = { "aws:region": "eu-west-1" };

  it("gives each function the environment variables that it asks for, and no other", async () => {
    const graph = await evaluate("dev");
    for (const { inputs } of ofType(graph, FUNCTION)) {
      const entry = String(inputs.name).replace("lean-ops-dev-", "");
      const { NODE_OPTIONS: _, ...variables } = (inputs.environment as { variables: Record<string, string> }).variables;
      // Without any, a function says which ones it misses. The query keeps the failed module from whoever else needs it.
      await assert.rejects(import(`../functions/${entry}/index.ts?without-environment`), ({ message }: Error) => {
        const [, missing = ""] = /^environment: not set: (.+)$/.exec(message) ?? [];
        assert.deepEqual(missing.split(", ").toSorted(), Object.keys(variables).toSorted(), entry);
        return true;
      });
    }
  });

  it("keeps every role within the boundary that the settings name", async () => {
    const permissionsBoundary = "arn:aws:iam::123456789012:policy/boundary";
    const graph = await evaluate("dev", {
      config: { ...region, "lean-ops:topics": '{"orders":{}}', "lean-ops:permissionsBoundary": permissionsBoundary },
    });
    for (const { inputs, name } of ofType(graph, "aws:iam/role:Role")) {
      assert.equal(inputs.permissionsBoundary, permissionsBoundary, name);
    }
  });

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
