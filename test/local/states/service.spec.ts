import assert from "node:assert/strict";
import {
  DescribeExecutionCommand,
  DescribeStateMachineCommand,
  ExecutionAlreadyExists,
  ExecutionDoesNotExist,
  GetExecutionHistoryCommand,
  InvalidArn,
  InvalidExecutionInput,
  InvalidName,
  InvalidToken,
  ListExecutionsCommand,
  ListStateMachinesCommand,
  SFNClient,
  StartExecutionCommand,
  StateMachineDoesNotExist,
  StopExecutionCommand,
} from "@aws-sdk/client-sfn";
import { type Gateway, openGateway } from "../../../local/api/gateway.ts";
import { answered, functionFailed, INVOKE, MACHINE_ARN, machineOf, ROLE_ARN, START, setUp } from "./fixtures.ts";

const task = { Type: "Task", Resource: INVOKE, Arguments: { FunctionName: "f", Payload: "{% $states.input %}" } };
const definition = machineOf({
  Which: {
    Type: "Choice",
    Choices: [{ Condition: "{% $exists($states.input.seconds) %}", Next: "Wait" }],
    Default: "Work",
  },
  Wait: { Type: "Wait", Seconds: "{% $states.input.seconds %}", Next: "Work" },
  Work: { ...task, Output: "{% $states.result.Payload %}", End: true },
});

/** Through AWS's own client. */
describe("Step Functions service", () => {
  let gateway: Gateway;
  let client: SFNClient;
  let set: ReturnType<typeof setUp>;

  before(async () => {
    gateway = await openGateway();
    client = new SFNClient({
      endpoint: gateway.endpoint,
      region: "eu-west-1",
      credentials: { accessKeyId: "key", secretAccessKey: "secret" },
      maxAttempts: 1,
    });
  });

  after(async () => {
    client.destroy();
    await gateway.close();
  });

  beforeEach(() => {
    const answer = ({ Payload }: Record<string, unknown>) =>
      Payload === '{"bad":true}' ? functionFailed("Bad", "so") : answered("done");
    set = setUp(definition, { handlers: { "lambda:Invoke": answer } });
    gateway.attach([set.states]);
  });

  afterEach(() => set.states.stop());

  const startExecution = (input?: string, name?: string) =>
    client.send(new StartExecutionCommand({ stateMachineArn: MACHINE_ARN, input, name }));
  const describeExecution = async (executionArn: string | undefined) => {
    const { $metadata, ...rest } = await client.send(new DescribeExecutionCommand({ executionArn }));
    return rest;
  };
  const waiting = '{"seconds":60}';

  it("starts an execution, and describes it", async () => {
    const { executionArn, startDate } = await startExecution(waiting, "run-1");
    assert.equal(executionArn, "arn:aws:states:eu-west-1:123456789012:execution:refinery:run-1");
    assert.equal(startDate?.getTime(), START);
    const running = {
      executionArn,
      stateMachineArn: MACHINE_ARN,
      name: "run-1",
      status: "RUNNING",
      startDate: new Date(START),
      input: waiting,
      inputDetails: { included: true },
      redriveCount: 0,
    };
    assert.deepEqual(await describeExecution(executionArn), running);
    await set.clock.advance(60_000);
    assert.deepEqual(await describeExecution(executionArn), {
      ...running,
      status: "SUCCEEDED",
      stopDate: new Date(START + 60_000),
      output: '"done"',
      outputDetails: { included: true },
    });
  });

  it("gives an execution a UUID and an empty input where nothing is said", async () => {
    const { executionArn } = await startExecution();
    const { name, input } = await describeExecution(executionArn);
    assert.match(String(name), /^[0-9a-f-]{36}$/);
    assert.equal(input, "{}");
  });

  it("says with what an execution failed", async () => {
    const { executionArn } = await startExecution('{"bad":true}');
    await set.clock.advance(0);
    const { status, error, cause, output } = await describeExecution(executionArn);
    assert.deepEqual(
      [status, error, cause, output],
      ["FAILED", "Bad", '{"errorType":"Bad","errorMessage":"so"}', undefined],
    );
  });

  it("answers the same execution to the same name and input while it runs", async () => {
    const first = await startExecution(waiting, "run-1");
    await set.clock.advance(1_000);
    const second = await startExecution(waiting, "run-1");
    assert.deepEqual([second.executionArn, second.startDate], [first.executionArn, first.startDate]);
    await assert.rejects(startExecution('{"seconds":61}', "run-1"), ExecutionAlreadyExists);
    assert.equal(set.states.running, 1);
  });

  it("never gives a name twice", async () => {
    await startExecution("{}", "run-1");
    await set.clock.advance(0);
    await assert.rejects(startExecution("{}", "run-1"), {
      name: "ExecutionAlreadyExists",
      message: "Execution Already Exists: 'arn:aws:states:eu-west-1:123456789012:execution:refinery:run-1'",
    });
  });

  for (const name of ["a b", "a/b", "a:b", "a*", "ä{", "", "x".repeat(81), "a\u0000"]) {
    it(`refuses the name ${JSON.stringify(name)}`, async () => {
      await assert.rejects(startExecution("{}", name), InvalidName);
    });
  }

  for (const name of ["a.b_c-d", "ünï", "x".repeat(80)]) {
    it(`takes the name ${name}`, async () => {
      assert.ok((await startExecution("{}", name)).executionArn?.endsWith(`:${name}`));
    });
  }

  it("refuses input that is no JSON, or too large", async () => {
    for (const input of ["", "{", "run"]) await assert.rejects(startExecution(input), InvalidExecutionInput);
    await assert.rejects(startExecution(JSON.stringify("x".repeat(262_143))), { name: "ValidationException" });
    await startExecution(JSON.stringify("x".repeat(262_142)));
  });

  it("knows no other machine, and no ARN that is none", async () => {
    const start = (stateMachineArn: string) => client.send(new StartExecutionCommand({ stateMachineArn }));
    await assert.rejects(start(`${MACHINE_ARN}x`), StateMachineDoesNotExist);
    await assert.rejects(start("refinery"), InvalidArn);
    const describe = (stateMachineArn: string) => client.send(new DescribeStateMachineCommand({ stateMachineArn }));
    await assert.rejects(describe(`${MACHINE_ARN}:1`), StateMachineDoesNotExist);
    await assert.rejects(
      describeExecution("arn:aws:states:eu-west-1:123456789012:execution:refinery:x"),
      ExecutionDoesNotExist,
    );
    await assert.rejects(describeExecution("x"), InvalidArn);
  });

  it("describes the machine", async () => {
    const { $metadata, ...machine } = await client.send(
      new DescribeStateMachineCommand({ stateMachineArn: MACHINE_ARN }),
    );
    assert.deepEqual(machine, {
      stateMachineArn: MACHINE_ARN,
      name: "refinery",
      status: "ACTIVE",
      definition: JSON.stringify(definition),
      roleArn: ROLE_ARN,
      type: "STANDARD",
      creationDate: new Date(START),
    });
  });

  it("lists the executions, the youngest first, by their status", async () => {
    for (const [name, input] of [
      ["a", "{}"],
      ["b", '{"bad":true}'],
      ["c", waiting],
    ])
      await startExecution(input, name);
    await set.clock.advance(0);
    const list = async (more: object = {}) => {
      const { executions } = await client.send(new ListExecutionsCommand({ stateMachineArn: MACHINE_ARN, ...more }));
      return executions?.map(({ name, status }) => `${name} ${status}`);
    };
    assert.deepEqual(await list(), ["c RUNNING", "b FAILED", "a SUCCEEDED"]);
    assert.deepEqual(await list({ statusFilter: "FAILED" }), ["b FAILED"]);
    assert.deepEqual(await list({ statusFilter: "ABORTED" }), []);
  });

  it("lists page by page", async () => {
    for (let n = 0; n < 5; n += 1) await startExecution("{}", `run-${n}`);
    const names: (string | undefined)[] = [];
    let nextToken: string | undefined;
    do {
      const answer = await client.send(
        new ListExecutionsCommand({ stateMachineArn: MACHINE_ARN, maxResults: 2, nextToken }),
      );
      names.push(...(answer.executions ?? []).map(({ name }) => name));
      nextToken = answer.nextToken;
      await startExecution("{}");
    } while (nextToken !== undefined);
    assert.deepEqual(names, ["run-4", "run-3", "run-2", "run-1", "run-0"]);
    const wrong = { stateMachineArn: MACHINE_ARN, nextToken: "x" };
    await assert.rejects(client.send(new ListExecutionsCommand(wrong)), InvalidToken);
    const many = { stateMachineArn: MACHINE_ARN, maxResults: 1_001 };
    await assert.rejects(client.send(new ListExecutionsCommand(many)), { name: "ValidationException" });
    await assert.rejects(client.send(new ListExecutionsCommand({})), { name: "ValidationException" });
  });

  it("stops an execution, once", async () => {
    const { executionArn } = await startExecution(waiting);
    await set.clock.advance(5_000);
    const stop = (error: string) => client.send(new StopExecutionCommand({ executionArn, error, cause: "by hand" }));
    assert.equal((await stop("Operator")).stopDate?.getTime(), START + 5_000);
    await set.clock.advance(60_000);
    assert.equal((await stop("Again")).stopDate?.getTime(), START + 5_000);
    const { status, error, cause } = await describeExecution(executionArn);
    assert.deepEqual([status, error, cause, set.services.calls], ["ABORTED", "Operator", "by hand", []]);
  });

  it("tells an execution's history, forwards and backwards", async () => {
    const { executionArn } = await startExecution('{"seconds":1}');
    await set.clock.advance(1_000);
    const history = (more: object = {}) => client.send(new GetExecutionHistoryCommand({ executionArn, ...more }));
    const { events = [] } = await history();
    assert.deepEqual(
      events.map(({ type }) => type),
      [
        "ExecutionStarted",
        "ChoiceStateEntered",
        "ChoiceStateExited",
        "WaitStateEntered",
        "WaitStateExited",
        "TaskStateEntered",
        "TaskScheduled",
        "TaskStarted",
        "TaskSucceeded",
        "TaskStateExited",
        "ExecutionSucceeded",
      ],
    );
    assert.deepEqual(events[3], {
      id: 4,
      previousEventId: 3,
      timestamp: new Date(START),
      type: "WaitStateEntered",
      stateEnteredEventDetails: { name: "Wait", input: '{"seconds":1}' },
    });
    assert.deepEqual(events[6]?.taskScheduledEventDetails, {
      resourceType: "lambda",
      resource: "invoke",
      region: "eu-west-1",
      parameters: '{"FunctionName":"f","Payload":{"seconds":1}}',
    });
    assert.deepEqual(events[10]?.executionSucceededEventDetails, { output: '"done"' });
    const backwards = await history({ reverseOrder: true, maxResults: 1 });
    assert.deepEqual(backwards.events, [events[10]]);
    const next = await history({ reverseOrder: true, maxResults: 1, nextToken: backwards.nextToken });
    assert.deepEqual(next.events, [events[9]]);
  });

  it("refuses what it has not, by name", async () => {
    await assert.rejects(client.send(new ListStateMachinesCommand({})), {
      name: "UnknownOperationException",
      message: /has no ListStateMachines; it has: StartExecution, /,
    });
    const traced = new StartExecutionCommand({ stateMachineArn: MACHINE_ARN, traceHeader: "t" });
    await assert.rejects(client.send(traced), { name: "ValidationException", message: /traceHeader: not known/ });
  });
});

describe("Step Functions within the process", () => {
  it("starts an execution, and tells when it has settled", async () => {
    const { states, clock } = setUp(definition, { handlers: { "lambda:Invoke": () => answered(1) } });
    const arn = states.start(MACHINE_ARN, waitingInput, "run-1");
    let settled = false;
    const ended = states.settled(arn).then((execution) => {
      settled = true;
      return execution;
    });
    await clock.advance(59_999);
    assert.deepEqual([settled, states.running], [false, 1]);
    await clock.advance(1);
    assert.deepEqual([(await ended).output, states.running], ["1", 0]);
  });

  it("drains by itself, and stops by aborting; then nothing is started", async () => {
    const { states, clock } = setUp(definition, { handlers: { "lambda:Invoke": () => answered(1) } });
    const first = states.start(MACHINE_ARN, waitingInput);
    const drained = states.drained();
    await clock.advance(60_000);
    await drained;
    const second = states.start(MACHINE_ARN, waitingInput);
    await states.stop();
    assert.deepEqual([states.execution(first).status, states.execution(second).status], ["SUCCEEDED", "ABORTED"]);
    assert.equal(clock.pending(), 0);
    assert.throws(() => states.start(MACHINE_ARN, "{}"), /the local cloud has stopped/);
  });

  it("ends an execution that takes longer than its machine allows", async () => {
    const limited = machineOf({ W: { Type: "Wait", Seconds: 600, End: true } }, { TimeoutSeconds: 300 });
    const { start, clock, metrics } = setUp(limited);
    const execution = start();
    await clock.advance(300_000);
    assert.deepEqual([execution.status, execution.error, clock.pending()], ["TIMED_OUT", "States.Timeout", 0]);
    assert.deepEqual(
      metrics.map(({ metric, value }) => [metric.name, value]),
      [
        ["ExecutionsStarted", 1],
        ["ExecutionsTimedOut", 1],
        ["ExecutionTime", 300_000],
      ],
    );
    assert.deepEqual(metrics[0]?.metric, {
      namespace: "AWS/States",
      name: "ExecutionsStarted",
      dimensions: { StateMachineArn: MACHINE_ARN },
    });
  });

  it("measures each end under its name", async () => {
    const { start, clock, metrics } = setUp(definition, { handlers: { "lambda:Invoke": () => answered(1) } });
    start();
    start("no object");
    start({ seconds: 60 }).abort();
    start({ seconds: "many" });
    await clock.advance(60_000);
    const ends = metrics.map(({ metric }) => metric.name).filter((name) => !/Started|Time$/.test(name));
    assert.deepEqual(ends.sort(), [
      "ExecutionsAborted",
      "ExecutionsFailed",
      "ExecutionsSucceeded",
      "ExecutionsSucceeded",
    ]);
  });
});

const waitingInput = '{"seconds":60}';
