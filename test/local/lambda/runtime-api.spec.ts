import assert from "node:assert/strict";
import { type IncomingHttpHeaders, request } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { RuntimeApi } from "../../../local/lambda/runtime-api.ts";

const functionArn = "arn:aws:lambda:eu-west-1:123456789012:function:f";

interface Answer {
  status: number | undefined;
  headers: IncomingHttpHeaders;
  text: string;
}

describe("the Lambda Runtime API", () => {
  let api: RuntimeApi;
  let heard: [what: string, payload?: string | undefined][];
  let asked: PromiseWithResolvers<void>;

  beforeEach(async () => {
    heard = [];
    asked = Promise.withResolvers();
    api = await RuntimeApi.open(join(tmpdir(), `${crypto.randomUUID().slice(0, 8)}.sock`), {
      onNext: () => asked.resolve(),
      onResponse: (payload) => heard.push(["response", payload?.text]),
      onError: (payload) => heard.push(["error", payload]),
      onInitError: (payload) => heard.push(["init error", payload]),
    });
  });

  afterEach(() => api.close());

  const call = (path: string, body?: string) =>
    new Promise<Answer>((resolve, reject) => {
      const method = body === undefined ? "GET" : "POST";
      request({ socketPath: api.address, path: `/2018-06-01/runtime${path}`, method }, async (answer) => {
        resolve({ status: answer.statusCode, headers: answer.headers, text: await text(answer) });
      })
        .on("error", reject)
        .end(body);
    });

  /** A runtime that was handed the invocation `r1`. */
  async function handed(): Promise<Answer> {
    const next = call("/invocation/next");
    await asked.promise;
    api.hand({
      requestId: "r1",
      functionArn,
      deadline: 1542409706888.7,
      traceId: "Root=1-2",
      payload: Buffer.from('{"é":1}'),
    });
    return next;
  }

  it("answers a runtime that asks when there is an invocation, with its context in the headers", async () => {
    const next = await handed();
    assert.equal(next.status, 200);
    assert.equal(next.text, '{"é":1}');
    assert.equal(next.headers["lambda-runtime-aws-request-id"], "r1");
    assert.equal(next.headers["lambda-runtime-deadline-ms"], "1542409706888");
    assert.equal(next.headers["lambda-runtime-invoked-function-arn"], functionArn);
    assert.equal(next.headers["lambda-runtime-trace-id"], "Root=1-2");
  });

  it("takes a response, an error and an initialisation error", async () => {
    await handed();
    assert.equal((await call("/invocation/r1/response", '{"a":1}')).status, 202);
    assert.equal((await call("/invocation/r1/error", '{"errorType":"E"}')).status, 202);
    assert.equal((await call("/init/error", '{"errorType":"I"}')).status, 202);
    assert.deepEqual(heard, [
      ["response", '{"a":1}'],
      ["error", '{"errorType":"E"}'],
      ["init error", '{"errorType":"I"}'],
    ]);
  });

  it("refuses what is said of another invocation", async () => {
    await handed();
    assert.equal((await call("/invocation/r2/response", "null")).status, 400);
    assert.deepEqual(heard, []);
  });

  it("passes on a response of 6 MiB and 100 bytes, and none above", async () => {
    await handed();
    assert.equal((await call("/invocation/r1/response", "x".repeat(6_291_556))).status, 202);
    assert.equal(heard.at(-1)?.[1]?.length, 6_291_556);
    assert.equal((await call("/invocation/r1/response", "x".repeat(6_291_557))).status, 413);
    assert.deepEqual(heard.at(-1), ["response", undefined]);
  });
});
