import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { createServer, type IncomingHttpHeaders } from "node:http";
import type { AddressInfo } from "node:net";
import { buffer } from "node:stream/consumers";
import { FirehoseClient, PutRecordBatchCommand } from "@aws-sdk/client-firehose";
import fc from "fast-check";
import { putRecordBatchOf } from "../../../functions/sqs-processor/put-request.ts";

describe("the request of PutRecordBatch", () => {
  const seen: { headers: IncomingHttpHeaders; body: Buffer }[] = [];
  const server = createServer(async (request, response) => {
    seen.push({ headers: request.headers, body: await buffer(request) });
    response.writeHead(200, { "content-type": "application/x-amz-json-1.1" }).end('{"FailedPutCount":0}');
  });
  let client: FirehoseClient;

  before(async () => {
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    client = new FirehoseClient({
      endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
      region: "eu-west-1",
      credentials: { accessKeyId: "id", secretAccessKey: "key" },
    });
  });

  after(() => {
    client.destroy();
    server.close();
  });

  it("is what the SDK would send, whatever the records", async () => {
    const batches = fc.array(fc.uint8Array({ maxLength: 300 }), { minLength: 1, maxLength: 20 });
    await fc.assert(
      fc.asyncProperty(fc.string({ minLength: 1 }), batches, async (stream, records) => {
        seen.length = 0;
        await client.send(putRecordBatchOf(stream, records));
        const Records = records.map((Data) => ({ Data }));
        await client.send(new PutRecordBatchCommand({ DeliveryStreamName: stream, Records }));
        const [own, sdk] = seen;
        assert.deepEqual(JSON.parse(String(own?.body)), JSON.parse(String(sdk?.body)));
        assert.equal(own?.headers["content-length"], String(own?.body.length));
        assert.equal(own?.headers["x-amz-target"], sdk?.headers["x-amz-target"]);
        assert.match(own?.headers.authorization ?? "", /content-length/);
      }),
      { numRuns: 40 },
    );
  });

  it("keeps calls that are under way at once apart, from the smallest to 4 MiB", async () => {
    seen.length = 0;
    const batches = [1, 1000, 4000, 100].map((bytes, n) =>
      Array.from({ length: 500 }, () => new Uint8Array(bytes).fill(n)),
    );
    await Promise.all(batches.map((records) => client.send(putRecordBatchOf("events", records))));
    const digest = (data: Uint8Array | string) => createHash("sha1").update(data).digest("hex");
    const sent = seen.map(({ body }) => {
      const { Records } = JSON.parse(String(body)) as { Records: { Data: string }[] };
      return digest(Records.map(({ Data }) => Data).join());
    });
    const expected = batches.map((records) =>
      digest(records.map((data) => Buffer.from(data).toString("base64")).join()),
    );
    assert.deepEqual(sent.toSorted(), expected.toSorted());
  });
});
