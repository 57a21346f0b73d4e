import assert from "node:assert/strict";
import {
  DescribeDeliveryStreamCommand,
  FirehoseClient,
  ListDeliveryStreamsCommand,
  PutRecordBatchCommand,
  PutRecordCommand,
} from "@aws-sdk/client-firehose";
import { type Gateway, openGateway } from "../../../local/api/gateway.ts";
import { FirehoseService } from "../../../local/firehose/service.ts";
import { type VirtualClock, virtualClock } from "../../support/virtual-clock.ts";
import {
  configuration,
  FakeFunction,
  FakeObjects,
  FakeTables,
  LAMBDA_ARN,
  onlyOrders,
  STREAM_ARN,
} from "./fixtures.ts";

const KIB = 1024;

describe("Firehose service", () => {
  let gateway: Gateway;
  let client: FirehoseClient;
  let service: FirehoseService;
  let tables: FakeTables;
  let clock: VirtualClock;

  before(async () => {
    gateway = await openGateway();
    client = new FirehoseClient({
      endpoint: gateway.endpoint,
      region: "eu-west-1",
      credentials: { accessKeyId: "key", secretAccessKey: "secret" },
      maxAttempts: 1,
    });
  });

  after(async () => {
    client.destroy();
    await gateway.close();
  });

  beforeEach(() => {
    clock = virtualClock();
    tables = new FakeTables();
    const services = { tables, clock, objects: new FakeObjects(), invoker: new FakeFunction() };
    const plain = configuration({ transform: undefined, delivery: { destinations: onlyOrders } });
    service = new FirehoseService([configuration(), { ...plain, name: "plain" }], services);
    gateway.attach([service]);
  });

  afterEach(() => service.close());

  const put = (Data: Uint8Array, DeliveryStreamName = "events") =>
    client.send(new PutRecordCommand({ DeliveryStreamName, Record: { Data } }));
  const putBatch = (data: readonly Uint8Array[], DeliveryStreamName = "events") =>
    client.send(new PutRecordBatchCommand({ DeliveryStreamName, Records: data.map((Data) => ({ Data })) }));
  const order = (id: string) => Buffer.from(JSON.stringify({ id, n: 1 }));

  it("answers every record of a batch, in order, and delivers what came", async () => {
    const answer = await putBatch(["a", "b", "ü"].map(order));
    assert.equal(answer.FailedPutCount, 0);
    assert.equal(answer.Encrypted, false);
    const ids = (answer.RequestResponses ?? []).map(({ RecordId }) => RecordId);
    assert.equal(new Set(ids).size, 3);
    await service.flush();
    assert.deepEqual(tables.ids(), ["a", "b", "ü"]);
  });

  it("takes a single record, an empty one too", async () => {
    const { RecordId } = await put(order("a"), "plain");
    assert.ok(RecordId);
    await put(new Uint8Array(), "plain");
    await service.flush();
    assert.deepEqual(tables.ids(), ["a"]);
    assert.equal(service.streams.get("plain")?.account().failed, 1);
  });

  it("takes 500 records a batch, not 501 and not none", async () => {
    await putBatch(Array.from({ length: 500 }, () => order("a")));
    await assert.rejects(putBatch(Array.from({ length: 501 }, () => order("a"))), {
      name: "ValidationException",
      message: /at 'records' failed to satisfy constraint: Member must have length less than or equal to 500/,
    });
    await assert.rejects(putBatch([]), { name: "ValidationException", message: /greater than or equal to 1/ });
    assert.equal(service.streams.get("events")?.account().accepted, 500);
  });

  it("takes 1,000 KiB a record before base64, and not a byte more", async () => {
    await put(Buffer.alloc(1000 * KIB));
    await assert.rejects(put(Buffer.alloc(1000 * KIB + 1)), {
      name: "ValidationException",
      message: /at 'record\.data' failed to satisfy constraint: Member must have length less than or equal to 1024000/,
    });
    const large = Buffer.alloc(1000 * KIB + 1);
    await assert.rejects(putBatch([order("a"), large, large]), {
      name: "ValidationException",
      message: /^2 validation errors detected: .*'records\.2\.member\.data'.*; .*'records\.3\.member\.data'/,
    });
    assert.equal(service.streams.get("events")?.account().accepted, 1);
  });

  it("takes 4 MiB a batch before base64, and not a byte more", async () => {
    const mib = Array.from({ length: 8 }, () => Buffer.alloc(512 * KIB));
    await putBatch(mib);
    await assert.rejects(putBatch([...mib, Buffer.alloc(1)]), {
      name: "InvalidArgumentException",
      message: "Records size exceeds 4 MB limit",
    });
    assert.equal(service.streams.get("events")?.account().accepted, 8);
  });

  it("knows no other stream", async () => {
    await assert.rejects(put(order("a"), "orders"), { name: "ResourceNotFoundException", message: /orders not found/ });
    await assert.rejects(client.send(new DescribeDeliveryStreamCommand({ DeliveryStreamName: "orders" })), {
      name: "ResourceNotFoundException",
    });
  });

  for (const name of ["no spaces", "x".repeat(65)]) {
    it(`refuses the stream name "${name}"`, async () => {
      await assert.rejects(put(order("a"), name), { name: "ValidationException", message: /'deliveryStreamName'/ });
    });
  }

  const raw: Record<string, [string, Record<string, unknown>, string]> = {
    "data that is not base64": ["PutRecord", { Record: { Data: "{}" } }, "SerializationException"],
    "data that is no text": ["PutRecord", { Record: { Data: 1 } }, "SerializationException"],
    "a record without data": ["PutRecord", { Record: {} }, "ValidationException"],
    "no record": ["PutRecord", {}, "ValidationException"],
    "records that are no list": ["PutRecordBatch", { Records: {} }, "SerializationException"],
    "a record that is no object": ["PutRecordBatch", { Records: ["AAAA"] }, "SerializationException"],
    "no stream name": ["PutRecord", { DeliveryStreamName: null, Record: { Data: "" } }, "ValidationException"],
    "a stream name that is no text": [
      "PutRecord",
      { DeliveryStreamName: 1, Record: { Data: "" } },
      "SerializationException",
    ],
    "a limit of 0": ["ListDeliveryStreams", { Limit: 0 }, "ValidationException"],
    "an action that it does not have": ["DeleteDeliveryStream", {}, "UnknownOperationException"],
    "an action that every object has": ["toString", {}, "UnknownOperationException"],
  };
  for (const [what, [action, input, name]] of Object.entries(raw)) {
    it(`refuses ${what}`, async () => {
      await assert.rejects(service.call(action, { DeliveryStreamName: "events", ...input }), { name });
      assert.equal(service.streams.get("events")?.account().accepted, 0);
    });
  }

  it("describes a stream", async () => {
    const command = new DescribeDeliveryStreamCommand({ DeliveryStreamName: "events" });
    const { DeliveryStreamDescription: description } = await client.send(command);
    assert.equal(description?.DeliveryStreamARN, STREAM_ARN);
    assert.equal(description.DeliveryStreamStatus, "ACTIVE");
    assert.equal(description.DeliveryStreamType, "DirectPut");
    assert.equal(description.CreateTimestamp?.getTime(), clock.now());
    const iceberg = description.Destinations?.[0]?.IcebergDestinationDescription;
    assert.equal(iceberg?.AppendOnly, true);
    assert.deepEqual(iceberg.BufferingHints, { IntervalInSeconds: 300, SizeInMBs: 5 });
    assert.deepEqual(iceberg.ProcessingConfiguration?.Processors?.[0]?.Parameters?.[0], {
      ParameterName: "LambdaArn",
      ParameterValue: LAMBDA_ARN,
    });
    assert.equal(iceberg.S3DestinationDescription?.BucketARN, "arn:aws:s3:::errors");
  });

  it("lists streams by name, page by page", async () => {
    const list = (input: object) => client.send(new ListDeliveryStreamsCommand(input));
    const first = await list({ Limit: 1 });
    assert.deepEqual(first.DeliveryStreamNames, ["events"]);
    assert.equal(first.HasMoreDeliveryStreams, true);
    const second = await list({ ExclusiveStartDeliveryStreamName: "events" });
    assert.deepEqual(second.DeliveryStreamNames, ["plain"]);
    assert.equal(second.HasMoreDeliveryStreams, false);
    assert.deepEqual((await list({ DeliveryStreamType: "KinesisStreamAsSource" })).DeliveryStreamNames, []);
  });

  it("accepts nothing more once it is closed", async () => {
    await put(order("a"));
    service.close();
    await assert.rejects(put(order("b")), { name: "ServiceUnavailableException" });
    assert.equal(service.streams.get("events")?.account().buffered, 1);
    assert.equal(clock.pending(), 0);
  });

  it("cannot be set up with a table that does not exist", () => {
    const destinations = [{ database: "raw", table: "refunds", errorPrefix: undefined }];
    const services = { tables, clock, objects: new FakeObjects(), invoker: new FakeFunction() };
    assert.throws(() => new FirehoseService([configuration({ delivery: { destinations } })], services), {
      message: "Delivery stream events: the table refunds does not exist in database raw",
    });
  });
});
