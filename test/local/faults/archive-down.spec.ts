import assert from "node:assert/strict";
import { GetObjectCommand, PutObjectCommand, S3Client } from "@aws-sdk/client-s3";
import { type Gateway, openGateway } from "../../../local/api/gateway.ts";
import { archiveDown } from "../../../local/faults/archive-down.ts";
import { type ObjectStorage, openObjectStorage } from "../../../local/objects/store.ts";
import { graphOf } from "../../support/graph.ts";
import { callerWith, scene } from "./fixtures.ts";

describe("fault archive-down", () => {
  const intercepted = (method: string, url: string, asked: Parameters<typeof scene>[1] = {}) => {
    const service = archiveDown(scene("archive-down", asked).parts).httpService?.({ name: "s3", port: 1 });
    return service?.intercept?.({ method, url }, callerWith("other"));
  };

  it("refuses puts of objects into the archive bucket, in either of S3's ways", () => {
    const codes = Array.from({ length: 20 }, (_, seed) => {
      const { status, body = "" } = intercepted("PUT", "/archive/dlq-archive/a.json?x-id=PutObject", { seed }) ?? {};
      assert.equal(status, 503);
      return /<Code>(\w+)<\/Code><Message>.+<\/Message>/.exec(body)?.[1];
    });
    assert.deepEqual([...new Set(codes)].toSorted(), ["ServiceUnavailable", "SlowDown"]);
  });

  for (const [method, url] of [
    ["GET", "/archive/a.json"],
    ["DELETE", "/archive/a.json"],
    ["PUT", "/archive"],
    ["PUT", "/archive/"],
    ["PUT", "/archive-2/a.json"],
    ["PUT", "/errors/archive/a.json"],
    ["PUT", "/archive/a.json?tagging"],
  ] as const) {
    it(`lets ${method} ${url} through`, () => {
      assert.equal(intercepted(method, url), undefined);
    });
  }

  it("leaves other services as they are, and answers of an interceptor before it", () => {
    const { parts, trigger } = scene("archive-down");
    const fault = archiveDown(parts);
    const [sns, answer] = [
      { name: "sns", port: 1 },
      { status: 418, headers: {}, body: "" },
    ];
    assert.equal(fault.httpService?.(sns), sns);
    const service = fault.httpService?.({ name: "s3", port: 1, intercept: () => answer });
    assert.equal(service?.intercept?.({ method: "PUT", url: "/archive/a" }, callerWith("other")), answer);
    assert.equal(trigger.injected, 0);
  });

  describe("as S3's SDK meets it", () => {
    let storage: ObjectStorage;
    let gateway: Gateway;

    before(async () => {
      const bucket = (name: string) => ({ type: "aws:s3/bucket:Bucket", name, inputs: { bucket: name } });
      storage = await openObjectStorage(graphOf([bucket("archive"), bucket("errors")]));
      gateway = await openGateway();
    });

    after(async () => {
      await gateway.close();
      await storage.close();
    });

    it("is an error that it tells from others, within the window alone, and nothing is stored", async () => {
      const { parts, clock, trigger } = scene("archive-down", { to: 30 });
      gateway.attach([archiveDown(parts).httpService?.(storage) ?? storage]);
      const client = new S3Client({
        endpoint: gateway.endpoint,
        region: "eu-west-1",
        credentials: { accessKeyId: "key", secretAccessKey: "secret" },
        maxAttempts: 1,
      });
      const put = (Bucket: string) => client.send(new PutObjectCommand({ Bucket, Key: "a.json", Body: "{}" }));
      await assert.rejects(
        put("archive"),
        (error: Error & { $metadata?: { httpStatusCode?: number } }) =>
          ["SlowDown", "ServiceUnavailable"].includes(error.name) && error.$metadata?.httpStatusCode === 503,
      );
      await put("errors");
      assert.deepEqual(await storage.list("archive"), []);
      await clock.advance(30_000);
      await put("archive");
      const { Body } = await client.send(new GetObjectCommand({ Bucket: "archive", Key: "a.json" }));
      assert.equal(await Body?.transformToString(), "{}");
      assert.equal(trigger.injected, 1);
      client.destroy();
    });
  });
});
