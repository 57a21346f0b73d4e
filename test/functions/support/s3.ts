import { CreateBucketCommand, S3Client } from "@aws-sdk/client-s3";
import { buildApp } from "fauxqs";

export interface S3 {
  endpoint: string;
  client: S3Client;
  close(): Promise<void>;
}

/** S3 on a port of its own, with the buckets named. */
export async function openS3(...buckets: string[]): Promise<S3> {
  const app = buildApp({ logger: false, host: "127.0.0.1", defaultRegion: "eu-west-1" });
  const endpoint = await app.listen({ host: "127.0.0.1", port: 0 });
  const client = new S3Client({
    endpoint,
    region: "eu-west-1",
    forcePathStyle: true,
    credentials: { accessKeyId: "id", secretAccessKey: "key" },
    maxAttempts: 1,
  });
  for (const Bucket of buckets) await client.send(new CreateBucketCommand({ Bucket }));
  return {
    endpoint,
    client,
    async close() {
      client.destroy();
      await app.close();
    },
  };
}
