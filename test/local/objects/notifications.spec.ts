import assert from "node:assert/strict";
import {
  CompleteMultipartUploadCommand,
  CopyObjectCommand,
  CreateMultipartUploadCommand,
  DeleteObjectCommand,
  GetObjectCommand,
  PutObjectCommand,
  S3Client,
  UploadPartCommand,
} from "@aws-sdk/client-s3";
import { type Gateway, openGateway } from "../../../local/api/gateway.ts";
import { BucketNotifications } from "../../../local/objects/notifications.ts";
import { notificationsOf } from "../../../local/objects/notifications-from-graph.ts";
import { type ObjectStorage, openObjectStorage } from "../../../local/objects/store.ts";
import { graphOf } from "../../support/graph.ts";
import { virtualClock } from "../../support/virtual-clock.ts";

const queueArn = "arn:aws:sqs:eu-west-1:123456789012:delivery-errors";

const graph = graphOf([
  { type: "aws:s3/bucket:Bucket", name: "errors", inputs: { bucket: "errors" } },
  { type: "aws:s3/bucket:Bucket", name: "others", inputs: { bucket: "others" } },
  { type: "aws:sqs/queue:Queue", name: "delivery-errors", inputs: { name: "delivery-errors" } },
  {
    type: "aws:s3/bucketNotification:BucketNotification",
    name: "told",
    inputs: {
      bucket: "errors",
      queues: [
        { id: "all", queueArn, events: ["s3:ObjectCreated:*"], filterPrefix: "failed/" },
        { queueArn, events: ["s3:ObjectCreated:Put"], filterPrefix: "put/", filterSuffix: ".gz" },
      ],
    },
  },
]);

interface Message {
  Event?: string;
  Records?: { eventName: string; s3: { configurationId: string; object: { key: string; size: number } } }[];
}

describe("notifications of a bucket", () => {
  const clock = virtualClock();
  let storage: ObjectStorage;
  let gateway: Gateway;
  let client: S3Client;
  let notifications: BucketNotifications;
  let messages: Message[];

  before(async () => {
    storage = await openObjectStorage(graph);
    gateway = await openGateway();
    gateway.attach([storage]);
    client = new S3Client({
      endpoint: gateway.endpoint,
      region: "eu-west-1",
      credentials: { accessKeyId: "local", secretAccessKey: "local" },
      maxAttempts: 1,
    });
  });

  beforeEach(() => {
    messages = [];
    const queue = { send: ({ body }: { body: string }) => messages.push(JSON.parse(body) as Message) };
    notifications = new BucketNotifications(notificationsOf(graph), {
      objects: storage,
      queue: (arn) => (arn === queueArn ? queue : undefined),
      clock,
    });
    notifications.start();
    messages.splice(0);
  });

  afterEach(() => notifications.stop());

  after(async () => {
    client.destroy();
    await gateway.close();
    await storage.close();
  });

  const told = () =>
    messages.flatMap(({ Records = [] }) =>
      Records.map(({ eventName, s3: { object } }) => [eventName, object.key, object.size]),
    );

  it("begin with S3's test event", () => {
    notifications.stop();
    notifications.start();
    assert.deepEqual(
      messages.map(({ Event }) => Event),
      ["s3:TestEvent", "s3:TestEvent"],
    );
  });

  it("tell of an object in S3's form, whoever puts it", async () => {
    await storage.put("errors", "failed/red flower=1.json", "{}");
    const [{ Records: [record] = [] } = {}] = messages as unknown as { Records: Record<string, unknown>[] }[];
    const { responseElements, s3, ...event } = record as { responseElements: object; s3: Record<string, unknown> };
    assert.deepEqual(Object.keys(responseElements), ["x-amz-request-id", "x-amz-id-2"]);
    assert.deepEqual(event, {
      eventVersion: "2.1",
      eventSource: "aws:s3",
      awsRegion: "eu-west-1",
      eventTime: "2026-01-01T00:00:00.000Z",
      eventName: "ObjectCreated:Put",
      userIdentity: { principalId: "local" },
      requestParameters: { sourceIPAddress: "127.0.0.1" },
    });
    const { sequencer, ...object } = s3.object as { sequencer: string };
    assert.match(sequencer, /^[0-9A-F]{18}$/);
    assert.deepEqual(
      { ...s3, object },
      {
        s3SchemaVersion: "1.0",
        configurationId: "all",
        bucket: { name: "errors", ownerIdentity: { principalId: "local" }, arn: "arn:aws:s3:::errors" },
        object: { key: "failed/red+flower%3D1.json", size: 2, eTag: "99914b932bd37a50b983c5e7c90ae93b" },
      },
    );
  });

  it("tell of it before whoever puts it has the answer", async () => {
    await client.send(new PutObjectCommand({ Bucket: "errors", Key: "failed/a", Body: "abc" }));
    assert.deepEqual(told(), [["ObjectCreated:Put", "failed/a", 3]]);
  });

  it("leave the object and its answer as they are", async () => {
    const Body = Uint8Array.from({ length: 100_000 }, (_, index) => index % 256);
    const place = { Bucket: "errors", Key: "failed/binary" };
    const put = new PutObjectCommand({ ...place, Body, ContentType: "application/json", Metadata: { origin: "here" } });
    const { ETag } = await client.send(put);
    const object = await client.send(new GetObjectCommand(place));
    assert.deepEqual(await object.Body?.transformToByteArray(), Body);
    assert.deepEqual(
      [object.ETag, object.ContentType, object.Metadata],
      [ETag, "application/json", { origin: "here" }],
    );
    assert.deepEqual(told(), [["ObjectCreated:Put", "failed/binary", 100_000]]);
  });

  it("tell of copies and of uploads in parts, once all parts are there", async () => {
    const place = { Bucket: "errors", Key: "failed/parts" };
    await client.send(new PutObjectCommand({ Bucket: "errors", Key: "source", Body: "abc" }));
    await client.send(new CopyObjectCommand({ Bucket: "errors", Key: "failed/copy", CopySource: "errors/source" }));
    const { UploadId } = await client.send(new CreateMultipartUploadCommand(place));
    const { ETag } = await client.send(new UploadPartCommand({ ...place, UploadId, PartNumber: 1, Body: "abcd" }));
    assert.deepEqual(told(), [["ObjectCreated:Copy", "failed/copy", 3]]);
    const MultipartUpload = { Parts: [{ PartNumber: 1, ETag }] };
    await client.send(new CompleteMultipartUploadCommand({ ...place, UploadId, MultipartUpload }));
    assert.deepEqual(told().slice(1), [["ObjectCreated:CompleteMultipartUpload", "failed/parts", 4]]);
  });

  it("tell of nothing else: another prefix, suffix, event or bucket, a read, a deletion, a refused write", async () => {
    await storage.put("errors", "other/a", "x");
    await storage.put("errors", "put/a", "x");
    await client.send(new CopyObjectCommand({ Bucket: "errors", Key: "put/a.gz", CopySource: "errors/put/a" }));
    await storage.put("others", "failed/a", "x");
    await storage.put("errors", "failed/b", "x");
    assert.deepEqual(told(), [["ObjectCreated:Put", "failed/b", 1]]);
    await client.send(new GetObjectCommand({ Bucket: "errors", Key: "failed/b" }));
    await client.send(new DeleteObjectCommand({ Bucket: "errors", Key: "failed/b" }));
    const conditional = new PutObjectCommand({ Bucket: "errors", Key: "failed/c", Body: "x", IfNoneMatch: "*" });
    await assert.rejects(client.send(conditional), { name: "NotImplemented" });
    const unknown = { Bucket: "errors", Key: "failed/b", UploadId: "unknown", MultipartUpload: { Parts: [] } };
    await assert.rejects(client.send(new CompleteMultipartUploadCommand(unknown)), { name: "NoSuchUpload" });
    await assert.rejects(storage.put("nosuch", "failed/a", "x"), { name: "NoSuchBucket" });
    assert.equal(messages.length, 1);
    await storage.put("errors", "put/b.gz", "x");
    assert.equal(messages[1]?.Records?.[0]?.s3.configurationId, "told-1");
    assert.equal(notifications.sent, 2);
  });

  it("end when they are stopped", async () => {
    notifications.stop();
    await storage.put("errors", "failed/d", "x");
    assert.deepEqual(messages, []);
  });
});
