import assert from "node:assert/strict";
import { endHosts, errorOf, functionOf, hostOf, isAlive, type TestHost } from "./hosts.ts";

/** Does what its event asks for. */
const HANDLER = `
let runs = 0;
const deeds = {
  count: () => ++runs,
  echo: ({ value }) => value,
  throw: () => { throw new RangeError("too far"); },
  throwText: () => { throw "just text"; },
  reject: async () => { await null; throw new TypeError("async"); },
  bigint: () => 1n,
  nothing: () => undefined,
  environment: () => process.env,
  context: (_, context) => ({ ...context, remaining: context.getRemainingTimeInMillis() }),
  trace: () => process.env._X_AMZN_TRACE_ID,
  pid: () => process.pid,
  workingDirectory: () => process.cwd() === process.env.LAMBDA_TASK_ROOT,
  heap: async () => (await import("node:v8")).getHeapStatistics().heap_size_limit,
  exit: ({ code }) => process.exit(code),
  uncaught: () => { setTimeout(() => { throw new Error("nobody catches"); }); return new Promise(() => setTimeout(() => {}, 60_000)); },
  unhandled: () => { Promise.reject(new Error("nobody handles")); return "fine"; },
  never: () => new Promise(() => {}),
  bytes: ({ count }) => "x".repeat(count - 2),
  print: () => { console.log("one\\ntwo"); console.error("three"); },
};
export const handler = async (event, context) => deeds[event.do](event, context);
`;

const processor = functionOf(
  { "index.mjs": HANDLER },
  { variables: { STREAM: "events", NODE_OPTIONS: "--enable-source-maps" } },
);

describe("the Lambda host", () => {
  let running: TestHost;

  before(async () => {
    running = await hostOf([processor]);
  });

  after(endHosts);

  const invoke = (deed: string, more: Record<string, unknown> = {}) =>
    running.host.invoke(processor.arn, JSON.stringify({ do: deed, ...more }));

  async function result(deed: string, more: Record<string, unknown> = {}): Promise<unknown> {
    const invocation = await invoke(deed, more);
    assert.equal(invocation.functionError, undefined, invocation.payload);
    return JSON.parse(invocation.payload);
  }

  describe("answers", () => {
    it("with what the handler returns, as it is", async () => {
      const value = { text: "Zoë \u2028 🎈", list: [1, null, { deep: true }] };
      assert.deepEqual(await result("echo", { value }), value);
    });

    it("with a large event's content", async () => {
      const value = "é".repeat(1_000_000);
      assert.equal(await result("echo", { value }), value);
    });

    it("after running the handler once", async () => {
      const first = Number(await result("count"));
      for (let run = 1; run <= 100; run += 1) {
        assert.equal(await result("count"), first + run);
      }
    });

    it("with null for a handler that returns nothing", async () => {
      assert.deepEqual(await invoke("nothing"), { payload: "null" });
    });

    it("to the qualified ARN too", async () => {
      const { payload } = await running.host.invoke(`${processor.arn}:$LATEST`, '{"do":"echo","value":1}');
      assert.equal(payload, "1");
    });

    it("with the error that the handler throws", async () => {
      const error = errorOf(await invoke("throw"));
      assert.deepEqual([error.errorType, error.errorMessage], ["RangeError", "too far"]);
      assert.match(error.trace?.[1] ?? "", /index\.mjs/);
    });

    it("with the error that the handler's promise rejects with", async () => {
      const error = errorOf(await invoke("reject"));
      assert.deepEqual([error.errorType, error.errorMessage], ["TypeError", "async"]);
    });

    it("with a thrown text", async () => {
      assert.deepEqual(errorOf(await invoke("throwText")), {
        errorType: "string",
        errorMessage: "just text",
        trace: [],
      });
    });

    it("with an error for a result that JSON cannot hold", async () => {
      assert.equal(errorOf(await invoke("bigint")).errorType, "Runtime.JSONStringifyError");
    });

    it("with an error for a response above 6 MiB, and goes on with the same process", async () => {
      const pid = await result("pid");
      assert.equal(((await result("bytes", { count: 6 * 1024 * 1024 })) as string).length, 6 * 1024 * 1024 - 2);
      assert.deepEqual(errorOf(await invoke("bytes", { count: 6 * 1024 * 1024 + 101 })), {
        errorType: "Function.ResponseSizeTooLarge",
        errorMessage: "Response payload size exceeded maximum allowed payload size (6291556 bytes).",
      });
      assert.equal(await result("pid"), pid);
    });

    it("with a refusal of a request above 6 MiB", async () => {
      const bytes = (count: number) => `"${"x".repeat(count - 2)}"`;
      await assert.rejects(running.host.invoke(processor.arn, bytes(6 * 1024 * 1024 + 1)), {
        name: "RequestTooLargeException",
        status: 413,
      });
    });

    it("with a refusal of an unknown function", async () => {
      await assert.rejects(running.host.invoke(`${processor.arn}-2`, "{}"), { name: "ResourceNotFoundException" });
    });
  });

  describe("survives", () => {
    for (const [title, deed, more, errorType, errorMessage] of [
      [
        "an exit",
        "exit",
        { code: 3 },
        "Runtime.ExitError",
        /^RequestId: \S{36} Error: Runtime exited with error: exit status 3$/,
      ],
      ["an exit with 0", "exit", { code: 0 }, "Runtime.ExitError", /Runtime exited without providing a reason$/],
      ["an exception that nobody catches", "uncaught", {}, "Error", /^nobody catches$/],
      ["a rejection that nobody handles", "unhandled", {}, "Runtime.UnhandledPromiseRejection", /nobody handles/],
      ["a promise that never settles", "never", {}, "Runtime.NodeJsExit", /unsettled/],
    ] as const) {
      it(title, async () => {
        const pid = (await result("pid")) as number;
        const error = errorOf(await invoke(deed, more));
        assert.equal(error.errorType, errorType);
        assert.match(error.errorMessage, errorMessage);
        assert.notEqual(await result("pid"), pid);
        assert.equal(isAlive(pid), false);
      });
    }
  });

  describe("gives a function", () => {
    it("Lambda's environment, its own variables, and nothing of this process's but the path", async () => {
      process.env.PARENT_SECRET = "hidden";
      const seen = (await result("environment")) as Record<string, string>;
      delete process.env.PARENT_SECRET;
      const { AWS_LAMBDA_RUNTIME_API: api, AWS_LAMBDA_LOG_STREAM_NAME: stream, LAMBDA_TASK_ROOT: root, ...rest } = seen;
      assert.match(api ?? "", /\/[0-9a-f]{12}\.sock$/);
      assert.match(stream ?? "", /^\d{4}\/\d\d\/\d\d\/\[\$LATEST\][0-9a-f]{32}$/);
      assert.match(root ?? "", /processor$/);
      assert.match(rest._X_AMZN_TRACE_ID ?? "", /^Root=1-[0-9a-f]{8}-[0-9a-f]{24};Parent=[0-9a-f]{16};Sampled=0$/);
      delete rest._X_AMZN_TRACE_ID;
      assert.deepEqual(rest, {
        PATH: process.env.PATH,
        LANG: "en_US.UTF-8",
        TZ: ":UTC",
        STREAM: "events",
        NODE_OPTIONS: "--enable-source-maps",
        _HANDLER: "index.handler",
        AWS_ACCESS_KEY_ID: "KEY",
        AWS_SECRET_ACCESS_KEY: "SECRET",
        AWS_SESSION_TOKEN: `for ${processor.roleArn}`,
        AWS_REGION: "eu-west-1",
        AWS_DEFAULT_REGION: "eu-west-1",
        AWS_ENDPOINT_URL: "http://127.0.0.1:4566",
        AWS_EXECUTION_ENV: "AWS_Lambda_nodejs24.x",
        AWS_LAMBDA_FUNCTION_NAME: "processor",
        AWS_LAMBDA_FUNCTION_VERSION: "$LATEST",
        AWS_LAMBDA_FUNCTION_MEMORY_SIZE: "256",
        AWS_LAMBDA_INITIALIZATION_TYPE: "on-demand",
        AWS_LAMBDA_LOG_GROUP_NAME: "/aws/lambda/processor",
      });
    });

    it("its context, with the time that remains", async () => {
      const context = (await result("context")) as Record<string, unknown>;
      const { awsRequestId, logStreamName, remaining, ...rest } = context;
      assert.match(String(awsRequestId), /^[0-9a-f-]{36}$/);
      assert.match(String(logStreamName), /\[\$LATEST\]/);
      assert.ok(Number(remaining) > 25_000 && Number(remaining) <= 30_000, String(remaining));
      assert.deepEqual(rest, {
        invokedFunctionArn: processor.arn,
        functionName: "processor",
        functionVersion: "$LATEST",
        memoryLimitInMB: "256",
        logGroupName: "/aws/lambda/processor",
      });
    });

    it("a trace id for each invocation", async () => {
      assert.notEqual(await result("trace"), await result("trace"));
    });

    it("its archive's folder to work in", async () => {
      assert.equal(await result("workingDirectory"), true);
    });

    it("a heap that goes with its memory", async () => {
      const limit = Number(await result("heap")) / 1024 / 1024;
      assert.ok(limit > 230 && limit < 300, `${limit} MB`);
    });

    it("a log for each line that it writes, and for its errors", async () => {
      running.lines.length = 0;
      await invoke("print");
      await invoke("throw");
      await invoke("exit", { code: 1 });
      const { lines } = running;
      assert.deepEqual(lines.filter((line) => ["one", "two", "three"].includes(line)).sort(), ["one", "three", "two"]);
      assert.ok(
        lines.some((line) => /ERROR\tInvoke Error\t.*"errorType":"RangeError"/.test(line)),
        lines.join("\n"),
      );
      assert.ok(
        lines.some((line) => /Runtime exited with error: exit status 1/.test(line)),
        lines.join("\n"),
      );
    });
  });
});
