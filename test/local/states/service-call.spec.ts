import assert from "node:assert/strict";
import type { Caller } from "../../../local/api/service.ts";
import type { Invocation } from "../../../local/lambda/invoker.ts";
import { serviceCalls } from "../../../local/states/service-call.ts";

const arn = "arn:aws:lambda:eu-west-1:123456789012:function:plan";
const caller: Caller = { accessKeyId: "refinery-role", sessionToken: undefined };

function setUp(invocation: Invocation = { payload: "1" }) {
  const seen: unknown[] = [];
  const objects = new Map<string, string | Uint8Array>();
  const call = serviceCalls({
    json: [
      {
        name: "dynamodb",
        contentType: "application/x-amz-json-1.0",
        call: async (...args) => {
          seen.push(args);
          return { Item: {} };
        },
      },
    ],
    functions: [{ arn, name: "plan" }],
    invoker: {
      invoke: async (...args) => {
        seen.push(args);
        return invocation;
      },
    },
    objects: {
      get: async (bucket, key) => Buffer.from(objects.get(`${bucket}/${key}`) ?? ""),
      put: async (bucket, key, body) => void objects.set(`${bucket}/${key}`, body),
    },
  });
  return { call, seen, objects };
}

describe("what state machines call", () => {
  it("are the JSON services, as their caller", async () => {
    const { call, seen } = setUp();
    assert.deepEqual(await call("dynamodb", "GetItem", { TableName: "t" }, caller), { Item: {} });
    assert.deepEqual(seen, [["GetItem", { TableName: "t" }, caller]]);
  });

  for (const FunctionName of ["plan", arn, `${arn}:$LATEST`]) {
    it(`are functions: ${FunctionName}`, async () => {
      const { call, seen } = setUp();
      const answer = { StatusCode: 200, ExecutedVersion: "$LATEST", Payload: "1" };
      assert.deepEqual(await call("lambda", "Invoke", { FunctionName, Payload: '{"a":1}' }, caller), answer);
      assert.deepEqual(seen, [[arn, '{"a":1}']]);
    });
  }

  it("say when a function failed", async () => {
    const { call } = setUp({ payload: "{}", functionError: "Unhandled" });
    const { FunctionError } = (await call("lambda", "Invoke", { FunctionName: "plan", Payload: "1" }, caller)) as {
      FunctionError?: string;
    };
    assert.equal(FunctionError, "Unhandled");
  });

  it("are no function that is not there", async () => {
    const { call } = setUp();
    await assert.rejects(call("lambda", "Invoke", { FunctionName: "other", Payload: "1" }, caller), {
      name: "ResourceNotFoundException",
    });
  });

  it("are objects", async () => {
    const { call } = setUp();
    await call("s3", "PutObject", { Bucket: "b", Key: "k", Body: "text" }, caller);
    const { Body } = (await call("s3", "GetObject", { Bucket: "b", Key: "k" }, caller)) as { Body: Uint8Array };
    assert.equal(Buffer.from(Body).toString(), "text");
  });

  it("are nothing else", async () => {
    const { call } = setUp();
    await assert.rejects(call("sns", "Publish", {}, caller), /cannot call sns:Publish/);
    await assert.rejects(call("s3", "DeleteObject", {}, caller), /cannot call s3:DeleteObject/);
  });
});
