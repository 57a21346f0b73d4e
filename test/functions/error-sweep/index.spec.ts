import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { once } from "node:events";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import type { Context } from "aws-lambda";
import { systemClock } from "../../../functions/common/clock.ts";
import { notifiedKeys } from "../../../functions/common/error-notification.ts";
import { setEnvironment } from "../support/environment.ts";
import { withOutput } from "../support/output.ts";
import { lambdaContext } from "../support/sqs.ts";

const LISTING = `<?xml version="1.0" encoding="UTF-8"?>
<ListBucketResult><Name>errors</Name><Prefix>failed/</Prefix><KeyCount>1</KeyCount><IsTruncated>false</IsTruncated>
<Contents><Key>failed/a b</Key><LastModified>2026-01-01T00:00:00.000Z</LastModified><Size>1</Size></Contents>
</ListBucketResult>`;

describe("the error-sweep's entry", () => {
  let restore: () => void;
  let handler: (event: unknown, context: Context) => Promise<void>;
  const listed: string[] = [];
  const sent: { QueueUrl: string; Entries: { Id: string; MessageBody: string }[] }[] = [];

  // S3 and SQS.
  const server: Server = createServer(async (request, response) => {
    const parts: Buffer[] = [];
    for await (const part of request) parts.push(part);
    if (request.headers["x-amz-target"] === undefined) {
      listed.push(request.url ?? "");
      response.writeHead(200, { "content-type": "application/xml" }).end(LISTING);
      return;
    }
    const input: (typeof sent)[number] = JSON.parse(Buffer.concat(parts).toString());
    sent.push(input);
    // The SQS client checks the digest.
    const Successful = input.Entries.map(({ Id, MessageBody }) => {
      return { Id, MessageId: "m", MD5OfMessageBody: createHash("md5").update(MessageBody).digest("hex") };
    });
    response.writeHead(200, { "content-type": "application/x-amz-json-1.0" }).end(JSON.stringify({ Successful }));
  });

  before(async () => {
    server.listen(0, "127.0.0.1");
    await once(server, "listening");
    const endpoint = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    restore = setEnvironment({
      AWS_ENDPOINT_URL: endpoint,
      AWS_REGION: "eu-west-1",
      AWS_ACCESS_KEY_ID: "id",
      AWS_SECRET_ACCESS_KEY: "key",
      ERROR_BUCKET: "errors",
      DELIVERY_ERRORS_QUEUE_URL: `${endpoint}/123456789012/lean-ops-dev-delivery-errors`,
    });
    ({ handler } = await import("../../../functions/error-sweep/index.ts"));
  });
  after(() => {
    restore();
    server.closeAllConnections();
    server.close();
  });

  it("lists the error files, and tells the queue of them", async () => {
    const { output } = await withOutput(() => handler({}, lambdaContext(systemClock)));
    assert.equal(JSON.parse(output.at(-1) ?? "").FilesSwept, 1);
    assert.equal(listed.length, 1);
    assert.match(listed[0] ?? "", /prefix=failed%2F/);
    assert.match(sent[0]?.QueueUrl ?? "", /delivery-errors$/);
    assert.deepEqual(
      sent[0]?.Entries.map(({ MessageBody }) => notifiedKeys(MessageBody, "errors")),
      [["failed/a b"]],
    );
  });
});
