import {
  CreateBucketCommand,
  DeleteObjectCommand,
  GetObjectCommand,
  PutObjectCommand,
  paginateListObjectsV2,
  S3Client,
} from "@aws-sdk/client-s3";
import { buildApp } from "fauxqs";
import { ofType, type StackGraph } from "../graph/types.ts";
import { type App, type CreationListener, Creations } from "./created-objects.ts";

/** What the emulated services need of S3. */
export interface ObjectStore {
  put(bucket: string, key: string, body: string | Uint8Array): Promise<void>;
}

export interface ObjectSummary {
  key: string;
  /** Bytes. */
  size: number;
  /** Epoch milliseconds of the system's clock, in whole milliseconds. */
  lastModified: number;
}

/** S3 by fauxqs, on a port of its own; the gateway passes S3's requests on to it. */
export interface ObjectStorage extends ObjectStore {
  readonly name: "s3";
  readonly port: number;
  /** Keys under `prefix`, in S3's order. */
  list(bucket: string, prefix?: string): Promise<string[]>;
  /** Objects under `prefix`, in S3's order. */
  summaries(bucket: string, prefix?: string): Promise<ObjectSummary[]>;
  /** @throws Error `NoSuchKey` */
  get(bucket: string, key: string): Promise<Uint8Array>;
  /** Succeeds where there is no such object, too. */
  delete(bucket: string, key: string): Promise<void>;
  /** Calls `listener` of every object that is created in a bucket from now on, by whomever. Returns what ends it. */
  onCreated(bucket: string, listener: CreationListener): () => void;
  close(): Promise<void>;
}

/**
 * Starts S3 on 127.0.0.1 with the buckets of the graph, all in memory. It keeps no versions, and refuses what it would
 * not heed: conditional writes.
 */
export async function openObjectStorage(graph: StackGraph): Promise<ObjectStorage> {
  const app = buildApp({ logger: false, host: "127.0.0.1", defaultRegion: graph.region });
  const creations = new Creations();
  creations.watch(app);
  refuseConditionalWrites(app);
  const endpoint = await app.listen({ host: "127.0.0.1", port: 0 });
  const client = new S3Client({
    endpoint,
    region: graph.region,
    forcePathStyle: true,
    credentials: { accessKeyId: "local", secretAccessKey: "local" },
  });
  for (const bucket of ofType(graph, "aws:s3/bucket:Bucket")) {
    await client.send(new CreateBucketCommand({ Bucket: String(bucket.state.bucket) }));
  }
  const summaries = async (bucket: string, prefix?: string): Promise<ObjectSummary[]> => {
    const objects: ObjectSummary[] = [];
    for await (const { Contents = [] } of paginateListObjectsV2({ client }, { Bucket: bucket, Prefix: prefix })) {
      for (const { Key = "", Size = 0, LastModified } of Contents) {
        objects.push({ key: Key, size: Size, lastModified: LastModified?.getTime() ?? 0 });
      }
    }
    return objects;
  };
  return {
    name: "s3",
    port: Number(new URL(endpoint).port),
    summaries,
    async put(bucket, key, body) {
      await client.send(new PutObjectCommand({ Bucket: bucket, Key: key, Body: body }));
    },
    async list(bucket, prefix) {
      return (await summaries(bucket, prefix)).map(({ key }) => key);
    },
    async get(bucket, key) {
      const { Body } = await client.send(new GetObjectCommand({ Bucket: bucket, Key: key }));
      if (Body === undefined) {
        throw new Error(`s3://${bucket}/${key} was answered without a body`);
      }
      return Body.transformToByteArray();
    },
    async delete(bucket, key) {
      await client.send(new DeleteObjectCommand({ Bucket: bucket, Key: key }));
    },
    onCreated: (bucket, listener) => creations.listen(bucket, listener),
    async close() {
      client.destroy();
      await app.close();
    },
  };
}

/** https://docs.aws.amazon.com/AmazonS3/latest/userguide/conditional-writes.html, with S3's answer to what it has not. */
function refuseConditionalWrites(app: App): void {
  app.addHook("onRequest", async (request, reply) => {
    const { "if-match": match, "if-none-match": noneMatch } = request.headers;
    if (request.method === "PUT" && (match ?? noneMatch) !== undefined) {
      const message = "A header you provided implies functionality that is not implemented: conditional writes";
      reply
        .code(501)
        .type("application/xml")
        .send(`<Error><Code>NotImplemented</Code><Message>${message}</Message></Error>`);
      return reply;
    }
  });
}
