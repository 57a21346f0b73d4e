import {
  CreateBucketCommand,
  GetObjectCommand,
  PutObjectCommand,
  paginateListObjectsV2,
  S3Client,
} from "@aws-sdk/client-s3";
import { buildApp } from "fauxqs";
import { ofType, type StackGraph } from "../graph/types.ts";

/** What the emulated services need of S3. */
export interface ObjectStore {
  put(bucket: string, key: string, body: string | Uint8Array): Promise<void>;
}

/** S3 by fauxqs, on a port of its own; the gateway passes S3's requests on to it. */
export interface ObjectStorage extends ObjectStore {
  readonly name: "s3";
  readonly port: number;
  /** Keys under `prefix`, in S3's order. */
  list(bucket: string, prefix?: string): Promise<string[]>;
  /** @throws Error `NoSuchKey` */
  get(bucket: string, key: string): Promise<Uint8Array>;
  close(): Promise<void>;
}

/** Starts S3 on 127.0.0.1 with the buckets of the graph, all in memory. */
export async function openObjectStorage(graph: StackGraph): Promise<ObjectStorage> {
  const app = buildApp({ logger: false, host: "127.0.0.1", defaultRegion: graph.region });
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
  return {
    name: "s3",
    port: Number(new URL(endpoint).port),
    async put(bucket, key, body) {
      await client.send(new PutObjectCommand({ Bucket: bucket, Key: key, Body: body }));
    },
    async list(bucket, prefix) {
      const keys: string[] = [];
      for await (const page of paginateListObjectsV2({ client }, { Bucket: bucket, Prefix: prefix })) {
        keys.push(...(page.Contents ?? []).flatMap(({ Key }) => Key ?? []));
      }
      return keys;
    },
    async get(bucket, key) {
      const { Body } = await client.send(new GetObjectCommand({ Bucket: bucket, Key: key }));
      if (Body === undefined) {
        throw new Error(`s3://${bucket}/${key} was answered without a body`);
      }
      return Body.transformToByteArray();
    },
    async close() {
      client.destroy();
      await app.close();
    },
  };
}
