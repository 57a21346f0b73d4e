import assert from "node:assert/strict";
import {
  GetEventSourceMappingCommand,
  GetFunctionCommand,
  InvalidParameterValueException,
  InvalidRequestContentException,
  type InvocationType,
  InvokeCommand,
  type InvokeCommandInput,
  LambdaClient,
  ListEventSourceMappingsCommand,
  paginateListEventSourceMappings,
  RequestTooLargeException,
  ResourceInUseException,
  ResourceNotFoundException,
  TooManyRequestsException,
  UpdateEventSourceMappingCommand,
} from "@aws-sdk/client-lambda";
import { AwsError } from "../../../local/api/errors.ts";
import { type Gateway, openGateway } from "../../../local/api/gateway.ts";
import { AsynchronousInvocations } from "../../../local/lambda/asynchronous.ts";
import type { Invocation } from "../../../local/lambda/invoker.ts";
import { LambdaService } from "../../../local/lambda-api/service.ts";
import { type ControlledMapping, MappingControl } from "../../../local/mappings/mapping-control.ts";
import { type VirtualClock, virtualClock } from "../../support/virtual-clock.ts";
import { processor, queueArnOf, queueMapping, replay, streamMapping, uuidOf } from "./fixtures.ts";

describe("Lambda through the AWS SDK", () => {
  let gateway: Gateway;
  let client: LambdaClient;
  let clock: VirtualClock;
  let asynchronous: AsynchronousInvocations;
  let calls: [functionArn: string, payload: string][];
  let enabled: Map<string, boolean>;
  let behave: () => Invocation;

  before(async () => {
    gateway = await openGateway();
    client = new LambdaClient({
      region: "eu-west-1",
      endpoint: gateway.endpoint,
      credentials: { accessKeyId: "local", secretAccessKey: "local" },
      maxAttempts: 1,
    });
  });

  after(async () => {
    client.destroy();
    await gateway.close();
  });

  beforeEach(() => {
    clock = virtualClock();
    calls = [];
    behave = () => ({ payload: '{"done":"ü"}' });
    const invoker = {
      invoke: async (functionArn: string, payload: string) => {
        calls.push([functionArn, payload]);
        return behave();
      },
    };
    enabled = new Map();
    const configurations = [...Array.from({ length: 120 }, (_, number) => queueMapping(number)), streamMapping(120)];
    const mappings = configurations.map(
      (configuration): ControlledMapping => ({
        configuration,
        setEnabled: (value) => enabled.set(configuration.uuid, value),
      }),
    );
    asynchronous = new AsynchronousInvocations({ invoker, clock });
    const control = new MappingControl(mappings, { clock });
    const functions = [processor, replay];
    gateway.attach([new LambdaService({ functions, invoker, asynchronous, mappings: control, clock })]);
  });

  const update = (input: { UUID?: string; Enabled?: boolean; BatchSize?: number }) =>
    client.send(new UpdateEventSourceMappingCommand({ UUID: uuidOf(1), ...input }));
  const get = (number: number) => client.send(new GetEventSourceMappingCommand({ UUID: uuidOf(number) }));

  describe("Invoke", () => {
    const invoke = (input: Partial<InvokeCommandInput> = {}) =>
      client.send(new InvokeCommand({ FunctionName: "processor", Payload: '{"name":"Zoë"}', ...input }));

    it("answers what the function answers", async () => {
      const { StatusCode, Payload, FunctionError, ExecutedVersion } = await invoke();
      assert.deepEqual([StatusCode, FunctionError, ExecutedVersion], [200, undefined, "$LATEST"]);
      assert.equal(Payload?.transformToString(), '{"done":"ü"}');
      assert.deepEqual(calls, [[processor.arn, '{"name":"Zoë"}']]);
    });

    it("answers 200 to a function's error too, and says so", async () => {
      behave = () => ({ payload: '{"errorType":"RangeError"}', functionError: "Unhandled" });
      const { StatusCode, Payload, FunctionError } = await invoke();
      assert.deepEqual(
        [StatusCode, FunctionError, Payload?.transformToString()],
        [200, "Unhandled", '{"errorType":"RangeError"}'],
      );
    });

    for (const FunctionName of [processor.arn, `${processor.arn}:$LATEST`, "123456789012:function:processor"]) {
      it(`finds the function as ${FunctionName}`, async () => {
        await invoke({ FunctionName });
        assert.equal(calls[0]?.[0], processor.arn);
      });
    }

    it("finds the function by its qualifier $LATEST, and by no other", async () => {
      await invoke({ Qualifier: "$LATEST" });
      await assert.rejects(invoke({ Qualifier: "live" }), ResourceNotFoundException);
      await assert.rejects(invoke({ FunctionName: "nobody" }), {
        name: "ResourceNotFoundException",
        message: "Function not found: nobody",
        Type: "User",
      });
      assert.equal(calls.length, 1);
    });

    it("sends an empty object where there is no payload", async () => {
      await client.send(new InvokeCommand({ FunctionName: "processor" }));
      assert.deepEqual(calls, [[processor.arn, "{}"]]);
    });

    for (const InvocationType of ["RequestResponse", "Event"] as const) {
      it(`refuses a payload that is not JSON (${InvocationType})`, async () => {
        await assert.rejects(invoke({ InvocationType, Payload: "{" }), InvalidRequestContentException);
        assert.deepEqual(calls, []);
      });
    }

    it("passes a throttle on, with its reason", async () => {
      const Reason = "ReservedFunctionConcurrentInvocationLimitExceeded";
      behave = () => {
        throw new AwsError("TooManyRequestsException", "Rate Exceeded.", { status: 429, members: { Reason } });
      };
      await assert.rejects(invoke(), (error) => {
        assert.ok(error instanceof TooManyRequestsException);
        assert.deepEqual([error.Reason, error.Type, error.message], [Reason, "User", "Rate Exceeded."]);
        return true;
      });
    });

    it("answers 202 to an event before its function has run, and tries it again when that fails", async () => {
      behave = () => ({ payload: "{}", functionError: "Unhandled" });
      const { StatusCode, Payload } = await invoke({ InvocationType: "Event" });
      assert.deepEqual([StatusCode, Payload?.length ?? 0, asynchronous.pending], [202, 0, 1]);
      await clock.advance(60_000);
      assert.equal(calls.length, 2);
    });

    it("refuses an event above 1 MiB", async () => {
      const Payload = `"${"x".repeat(1_048_576)}"`;
      await assert.rejects(invoke({ InvocationType: "Event", Payload }), RequestTooLargeException);
      assert.equal((await invoke({ Payload })).StatusCode, 200);
    });

    it("runs nothing in a dry run, which fails where the function does not exist", async () => {
      assert.equal((await invoke({ InvocationType: "DryRun" })).StatusCode, 204);
      await assert.rejects(invoke({ InvocationType: "DryRun", FunctionName: "nobody" }), ResourceNotFoundException);
      assert.deepEqual(calls, []);
    });

    const unsupported: Partial<InvokeCommandInput>[] = [
      { LogType: "Tail" },
      { ClientContext: "e30=" },
      { TenantId: "tenant" },
      { InvocationType: "Later" as InvocationType },
    ];
    for (const input of unsupported) {
      it(`refuses ${JSON.stringify(input)}`, async () => {
        await assert.rejects(invoke(input), InvalidParameterValueException);
        assert.deepEqual(calls, []);
      });
    }

    it("is not one of the control plane's calls", async () => {
      await Promise.all(Array.from({ length: 40 }, () => invoke()));
      assert.equal(calls.length, 40);
    });
  });

  describe("the mappings", () => {
    it("are listed page by page", async () => {
      const uuids: (string | undefined)[] = [];
      for await (const { EventSourceMappings = [] } of paginateListEventSourceMappings({ client }, {})) {
        uuids.push(...EventSourceMappings.map(({ UUID }) => UUID));
      }
      assert.deepEqual(
        uuids,
        Array.from({ length: 121 }, (_, number) => uuidOf(number)),
      );
    });

    it("are listed by function and source", async () => {
      const list = async (input: { FunctionName?: string; EventSourceArn?: string }) => {
        const { EventSourceMappings = [] } = await client.send(new ListEventSourceMappingsCommand(input));
        return EventSourceMappings.map(({ UUID }) => UUID);
      };
      assert.deepEqual(await list({ FunctionName: "replay" }), [uuidOf(120)]);
      assert.deepEqual(await list({ EventSourceArn: queueArnOf(3) }), [uuidOf(3)]);
    });

    it("are shown with their state and when it changed", async () => {
      const { UUID, State, StateTransitionReason, LastModified, ScalingConfig } = await get(1);
      assert.deepEqual([UUID, State, StateTransitionReason], [uuidOf(1), "Enabled", "USER_INITIATED"]);
      assert.deepEqual([LastModified?.getTime(), ScalingConfig], [clock.now(), { MaximumConcurrency: 2 }]);
    });

    it("are disabled and enabled, with a state in between", async () => {
      const answer = await update({ Enabled: false });
      assert.deepEqual([answer.State, answer.$metadata.httpStatusCode], ["Disabling", 202]);
      await assert.rejects(update({ Enabled: true }), (error) => {
        assert.ok(error instanceof ResourceInUseException);
        assert.deepEqual(
          [error.Type, error.message, error.$metadata.httpStatusCode],
          ["User", "Cannot update the event source mapping because it is in use.", 400],
        );
        return true;
      });
      await clock.advance(15_000);
      assert.deepEqual([(await get(1)).State, enabled.get(uuidOf(1))], ["Disabled", false]);
      assert.equal((await update({ Enabled: true })).State, "Enabling");
      await clock.advance(15_000);
      assert.deepEqual([(await get(1)).State, enabled.get(uuidOf(1))], ["Enabled", true]);
    });

    it("refuse what cannot be, and what is not there", async () => {
      await assert.rejects(update({ BatchSize: 0 }), InvalidParameterValueException);
      await assert.rejects(update({ UUID: "nobody", Enabled: true }), ResourceNotFoundException);
      await assert.rejects(get(121), {
        name: "ResourceNotFoundException",
        message: "The resource you requested does not exist.",
      });
    });

    it("answer 15 calls a second, of all kinds together", async () => {
      const answers = await Promise.allSettled(
        Array.from({ length: 20 }, (_, number) => (number % 2 === 0 ? get(number) : update({ UUID: uuidOf(number) }))),
      );
      const refused = answers.flatMap((answer) => (answer.status === "rejected" ? [answer.reason] : []));
      assert.equal(refused.length, 5);
      for (const error of refused) {
        assert.ok(error instanceof TooManyRequestsException);
        assert.deepEqual([error.Reason, error.$metadata.httpStatusCode], ["CallerRateLimitExceeded", 429]);
      }
      await clock.advance(1_000);
      assert.equal((await get(1)).UUID, uuidOf(1));
    });
  });

  it("refuses what else Lambda can do", async () => {
    await assert.rejects(client.send(new GetFunctionCommand({ FunctionName: "processor" })), {
      name: "UnknownOperationException",
      message: "the local cloud's Lambda has no GET /2015-03-31/functions/processor",
    });
  });

  it("refuses a request that is malformed, and goes on", async () => {
    const authorization = "AWS4-HMAC-SHA256 Credential=k/20260101/eu-west-1/lambda/aws4_request, SignedHeaders=host";
    const call = async (method: string, path: string, body?: string) => {
      const url = `${gateway.endpoint}/2015-03-31/${path}`;
      const response = await fetch(url, {
        method,
        headers: { authorization },
        ...(body === undefined ? {} : { body }),
      });
      return [response.status, response.headers.get("x-amzn-errortype")];
    };
    const mapping = `event-source-mappings/${uuidOf(1)}`;
    assert.deepEqual(await call("PUT", mapping, "{"), [400, "SerializationException"]);
    assert.deepEqual(await call("PUT", mapping, "[]"), [400, "SerializationException"]);
    assert.deepEqual(await call("GET", `${mapping}?verbose=1`), [400, "InvalidParameterValueException"]);
    assert.deepEqual(await call("GET", "event-source-mappings/%E0%A4%A"), [400, "InvalidParameterValueException"]);
    assert.deepEqual(await call("DELETE", mapping), [404, "UnknownOperationException"]);
    assert.deepEqual(await call("GET", mapping), [200, null]);
  });
});
