import assert from "node:assert/strict";
import {
  answered,
  functionFailed,
  type Handler,
  INVOKE,
  MACHINE_ARN,
  machineOf,
  type Options,
  setUp,
  summaryOf,
} from "../fixtures.ts";

const task = {
  Type: "Task",
  Resource: INVOKE,
  Arguments: { FunctionName: "f", Payload: "{% $states.input %}" },
  Output: "{% $states.result.Payload %}",
  End: true,
};

function topicsOf(States: Record<string, object>, more: object = {}) {
  return {
    Type: "Map",
    Label: "topics",
    ItemReader: {
      Resource: "arn:aws:states:::s3:getObject",
      ReaderConfig: { InputType: "JSON" },
      Arguments: { Bucket: "{% $states.input.bucket %}", Key: "plan.json" },
    },
    ItemProcessor: {
      ProcessorConfig: { Mode: "DISTRIBUTED", ExecutionType: "STANDARD" },
      StartAt: Object.keys(States)[0],
      States,
    },
    ResultWriter: {
      Resource: "arn:aws:states:::s3:putObject",
      Arguments: { Bucket: "results", Prefix: "{% 'runs/' & $states.context.Execution.Name %}" },
    },
    End: true,
    ...more,
  };
}

interface Files {
  manifest: Record<string, unknown>;
  SUCCEEDED: Record<string, unknown>[];
  FAILED: Record<string, unknown>[];
  PENDING: Record<string, unknown>[];
}

function distributed(items: unknown, state: object, options: Options = {}, more: Record<string, object> = {}) {
  const set = setUp(machineOf({ Topics: state, ...more }), options);
  set.services.objects.set("plans/plan.json", typeof items === "string" ? items : JSON.stringify(items));
  /** What the Map Run wrote, by the manifest. */
  const files = (): Files => {
    const manifestKey = [...set.services.objects.keys()].find((key) => key.endsWith("/manifest.json")) ?? "";
    const manifest = set.services.json(manifestKey) as Files["manifest"];
    const written = manifest.ResultFiles as Record<string, { Key: string; Size: number }[]>;
    const entries = Object.entries(written).map(([status, list]) => [
      status,
      list.flatMap(({ Key }) => set.services.json(`results/${Key}`)),
    ]);
    return { manifest, ...Object.fromEntries(entries) };
  };
  return { ...set, files, run: (ms = 0) => set.run({ bucket: "plans" }, ms) };
}

const invoke = (handler: Handler): Options => ({ handlers: { "lambda:Invoke": handler } });
const echo = invoke(({ Payload }) => answered(JSON.parse(String(Payload))));
/** Fails for the items 13 and above. */
const unlucky = invoke(({ Payload }) =>
  Number(Payload) >= 13 ? functionFailed("Unlucky", `is ${Payload}`) : answered(1),
);

describe("a distributed Map", () => {
  it("runs a child execution an item, and answers where the results are", async () => {
    const { run, files, states } = distributed([{ topic: "orders" }, { topic: "users" }], topicsOf({ T: task }), echo);
    const { MapRunArn, ResultWriterDetails } = summaryOf(await run());
    const uuid = MapRunArn.split(":").at(-1);
    assert.match(MapRunArn, /^arn:aws:states:eu-west-1:123456789012:mapRun:refinery\/topics:[0-9a-f-]{36}$/);
    assert.equal(ResultWriterDetails.Bucket, "results");
    assert.match(ResultWriterDetails.Key, new RegExp(`^runs/[0-9a-f-]{36}/${uuid}/manifest\\.json$`));
    const children = states.executionsOf(MapRunArn).reverse();
    assert.deepEqual(
      children.map(({ plan, input, output }) => [plan.machineArn, input, output]),
      ["orders", "users"].map((topic) => [`${MACHINE_ARN}/topics`, `{"topic":"${topic}"}`, `{"topic":"${topic}"}`]),
    );
    const { manifest, SUCCEEDED, FAILED, PENDING } = files();
    assert.deepEqual([manifest.DestinationBucket, manifest.MapRunArn], ["results", MapRunArn]);
    assert.deepEqual([FAILED, PENDING], [[], []]);
    assert.deepEqual(SUCCEEDED[0], {
      ExecutionArn: children[0]?.arn,
      Input: '{"topic":"orders"}',
      InputDetails: { Included: true },
      Name: children[0]?.name,
      Output: '{"topic":"orders"}',
      OutputDetails: { Included: true },
      StartDate: "2026-01-01T00:00:00.000Z",
      StateMachineArn: `${MACHINE_ARN}/topics`,
      Status: "SUCCEEDED",
      StopDate: "2026-01-01T00:00:00.000Z",
    });
    assert.match(String(children[0]?.arn), /:execution:refinery\/topics:[0-9a-f-]{36}$/);
  });

  it("gives the size and the whole key of each file", async () => {
    const { run, services, files } = distributed([1], topicsOf({ T: task }), echo);
    await run();
    const { ResultFiles } = files().manifest as { ResultFiles: Record<string, { Key: string; Size: number }[]> };
    const [file] = ResultFiles.SUCCEEDED ?? [];
    assert.match(String(file?.Key), /\/SUCCEEDED_0\.json$/);
    assert.equal(services.objects.get(`results/${file?.Key}`)?.length, file?.Size);
  });

  it("takes an empty list: there is a manifest, and no other file", async () => {
    const { run, services, files } = distributed([], topicsOf({ T: task }), echo);
    assert.equal((await run()).status, "SUCCEEDED");
    assert.deepEqual(files().manifest.ResultFiles, { FAILED: [], PENDING: [], SUCCEEDED: [] });
    assert.equal(services.named("PutObject").length, 1);
  });

  it("makes each input of the item, and of what its own machine knows", async () => {
    const ItemSelector = {
      item: "{% $states.context.Map.Item.Value %}",
      n: "{% $states.context.Map.Item.Index %}",
      from: "{% $from %}",
    };
    const set = { Set: { Type: "Pass", Assign: { from: 5 }, Next: "Topics" } };
    const { states, services, start, clock } = setUp(
      machineOf({ ...set, Topics: topicsOf({ T: task }, { ItemSelector }) }),
      echo,
    );
    services.objects.set("plans/plan.json", '["a"]');
    const execution = start({ bucket: "plans" });
    await clock.advance(0);
    const [child] = states.executionsOf(summaryOf(execution).MapRunArn);
    assert.deepEqual(summaryOf(child ?? assert.fail()), { item: "a", n: 0, from: 5 });
  });

  it("gives its children a context of their own", async () => {
    const Output = "{% $states.context %}";
    const { run, files } = distributed([7], topicsOf({ P: { Type: "Pass", Output, End: true } }));
    const { MapRunArn } = summaryOf(await run());
    const [child] = files().SUCCEEDED;
    const { Execution, StateMachine, Map: item } = JSON.parse(String(child?.Output));
    assert.deepEqual([Execution.Id, Execution.Input, item], [child?.ExecutionArn, 7, undefined]);
    assert.deepEqual(StateMachine, { Id: `${MACHINE_ARN}/topics`, Name: "refinery" });
    assert.ok(MapRunArn);
  });

  it("fails with the first child that fails, where it tolerates none", async () => {
    const { run, files } = distributed([1, 13, 2, 3], topicsOf({ T: task }, { MaxConcurrency: 1 }), unlucky);
    assert.deepEqual(summaryOf(await run()), {
      status: "FAILED",
      error: "States.ExceedToleratedFailureThreshold",
      cause: "The specified tolerated failure threshold was exceeded",
    });
    const { SUCCEEDED, FAILED, PENDING } = files();
    assert.deepEqual(
      FAILED.map(({ Input, Status, Error: error, Cause }) => [
        Input,
        Status,
        error,
        JSON.parse(String(Cause)).errorMessage,
      ]),
      [["13", "FAILED", "Unlucky", "is 13"]],
    );
    assert.deepEqual(
      SUCCEEDED.map(({ Input }) => Input),
      ["1"],
    );
    assert.deepEqual(PENDING, [
      { Input: "2", InputDetails: { Included: true }, Status: "PENDING" },
      { Input: "3", InputDetails: { Included: true }, Status: "PENDING" },
    ]);
  });

  it("aborts the children that run when too many have failed", async () => {
    const slow = { W: { Type: "Wait", Seconds: "{% $states.input %}", Next: "T" }, T: task };
    const { run, files, states, clock } = distributed([13, 60, 90], topicsOf(slow), unlucky);
    assert.equal((await run(20_000)).error, "States.ExceedToleratedFailureThreshold");
    assert.deepEqual(
      files().FAILED.map(({ Input, Status }) => [Input, Status]),
      [
        ["13", "FAILED"],
        ["60", "ABORTED"],
        ["90", "ABORTED"],
      ],
    );
    assert.deepEqual([states.running, clock.pending()], [0, 0]);
  });

  const thresholds: [title: string, more: object, failures: number, succeeds: boolean][] = [
    ["a count, reached", { ToleratedFailureCount: 2 }, 2, true],
    ["a count, exceeded", { ToleratedFailureCount: 2 }, 3, false],
    ["a percentage, reached", { ToleratedFailurePercentage: 20 }, 2, true],
    ["a percentage, exceeded", { ToleratedFailurePercentage: 20 }, 3, false],
    ["100 percent", { ToleratedFailurePercentage: 100 }, 10, true],
    ["both, the count exceeded", { ToleratedFailureCount: 1, ToleratedFailurePercentage: 100 }, 2, false],
    ["both, the percentage exceeded", { ToleratedFailureCount: 9, ToleratedFailurePercentage: "{% 10 %}" }, 2, false],
    ["both, reached", { ToleratedFailureCount: 2, ToleratedFailurePercentage: 20 }, 2, true],
    ["nothing", {}, 0, true],
    ["a count of 0", { ToleratedFailureCount: 0 }, 1, false],
  ];
  for (const [title, more, failures, succeeds] of thresholds) {
    it(`${succeeds ? "succeeds" : "fails"} with ${failures} of 10 failed, tolerating ${title}`, async () => {
      const items = Array.from({ length: 10 }, (_, n) => (n < failures ? 13 : 1));
      const { run } = distributed(items, topicsOf({ T: task }, more), unlucky);
      const { status, error } = await run();
      assert.deepEqual(
        [status, error],
        succeeds ? ["SUCCEEDED", undefined] : ["FAILED", "States.ExceedToleratedFailureThreshold"],
      );
    });
  }

  it("has a child catch what it can, as any execution", async () => {
    const child = {
      T: {
        ...task,
        Catch: [
          {
            ErrorEquals: ["States.ALL"],
            Next: "Report",
            Output: { topic: "{% $states.input %}", error: "{% $states.errorOutput.Error %}" },
          },
        ],
      },
      Report: { Type: "Pass", End: true },
    };
    const { run, files } = distributed([1, 13], topicsOf(child), unlucky);
    assert.equal((await run()).status, "SUCCEEDED");
    assert.deepEqual(
      files()
        .SUCCEEDED.map(({ Output }) => Output)
        .sort(),
      ["1", '{"topic":13,"error":"Unlucky"}'],
    );
  });

  it("runs as many children at once as it says, and no more than the machine may", async () => {
    for (const [MaxConcurrency, maxChildren, atOnce] of [
      [4, 100, 4],
      ["{% 4 %}", 2, 2],
      [0, 7, 7],
      [undefined, 7, 7],
    ] as const) {
      const open: (() => void)[] = [];
      const options = { maxChildren, ...invoke(() => new Promise((resolve) => open.push(() => resolve(answered(1))))) };
      const { start, clock, services } = setUp(
        machineOf({ Topics: topicsOf({ T: task }, { MaxConcurrency }) }),
        options,
      );
      services.objects.set("plans/plan.json", JSON.stringify(Array.from({ length: 20 }, (_, n) => n)));
      const execution = start({ bucket: "plans" });
      const seen: number[] = [];
      for (let done = 0; done < 20; ) {
        await clock.advance(0);
        seen.push(open.length);
        done += open.length;
        for (const answer of open.splice(0)) answer();
      }
      await clock.advance(0);
      assert.deepEqual([execution.status, Math.max(...seen)], ["SUCCEEDED", atOnce]);
    }
  });

  const unreadable: [title: string, text: string | undefined, cause: RegExp][] = [
    [
      "an object that is not there",
      undefined,
      /cannot read s3:\/\/plans\/plan.json: NoSuchKey: The specified key does not exist/,
    ],
    ["what is no JSON", "[1,", /the items are not JSON/],
    ["what is no list", '{"a":1}', /^Attempting to map over non-iterable node\.$/],
    ["nothing at all", "", /the items are not JSON/],
  ];
  for (const [title, text, cause] of unreadable) {
    it(`fails with States.ItemReaderFailed for ${title}, which can be caught`, async () => {
      const Catch = [{ ErrorEquals: ["States.ItemReaderFailed"], Next: "Caught" }];
      const { run, services } = distributed(text ?? "", topicsOf({ T: task }, { Catch }), echo, {
        Caught: { Type: "Pass", End: true },
      });
      if (text === undefined) services.objects.delete("plans/plan.json");
      assert.match(summaryOf(await run()).Cause, cause);
    });
  }

  it("fails with States.ResultWriterFailed where nothing can be written", async () => {
    const { run } = distributed([1], topicsOf({ T: task }), {
      handlers: {
        "lambda:Invoke": () => answered(1),
        "s3:PutObject": () => {
          throw new Error("AccessDenied");
        },
      },
    });
    const { error, cause } = await run();
    assert.equal(error, "States.ResultWriterFailed");
    assert.match(String(cause), /SUCCEEDED_0\.json cannot be written: Error: AccessDenied$/);
  });

  it("fails for an item that is too large for an execution", async () => {
    const { run } = distributed(["x".repeat(262_143)], topicsOf({ T: task }), echo);
    assert.equal((await run()).error, "States.DataLimitExceeded");
  });

  it("is a new Map Run when it is tried again", async () => {
    let reads = 0;
    const handlers = {
      "lambda:Invoke": () => answered(1),
      "s3:GetObject": () => {
        reads += 1;
        if (reads === 1) throw new Error("SlowDown");
        return { Body: Buffer.from("[1]") };
      },
    };
    const Retry = [{ ErrorEquals: ["States.ItemReaderFailed"] }];
    const { run, states } = distributed([], topicsOf({ T: task }, { Retry }), { handlers });
    const execution = await run(1_000);
    const runs = execution.history.events.filter(({ type }) => type === "MapRunStarted");
    assert.deepEqual(
      [execution.status, runs.length, states.executionsOf(summaryOf(execution).MapRunArn).length],
      ["SUCCEEDED", 2, 1],
    );
  });

  it("ends its children with its own execution, and writes nothing then", async () => {
    const child = { W: { Type: "Wait", Seconds: 60, Next: "T" }, T: task };
    const { run, services, states, clock } = distributed([1, 2, 3], topicsOf(child, { MaxConcurrency: 2 }), echo);
    const execution = await run(1_000);
    assert.equal(states.running, 3);
    execution.abort();
    await clock.advance(60_000);
    const children = states.executionsOf(`${MACHINE_ARN}/topics`);
    assert.deepEqual(
      children.map(({ status }) => status),
      ["ABORTED", "ABORTED"],
    );
    assert.deepEqual([services.named("PutObject").length, states.running, clock.pending()], [0, 0, 0]);
  });

  it("runs 10,000 items within seconds", async function () {
    this.timeout(120_000);
    const child = {
      T: {
        ...task,
        Output: "{% $states.result.Payload.n %}",
        Assign: { n: "{% $states.result.Payload.n %}" },
        End: undefined,
        Next: "P",
      },
      P: { Type: "Pass", Output: { n: "{% $n %}", even: "{% $n % 2 = 0 %}" }, End: true },
    };
    const items = Array.from({ length: 10_000 }, (_, n) => ({ n }));
    const { run, files, states } = distributed(
      items,
      topicsOf(child, { ItemSelector: "{% $states.context.Map.Item.Value %}" }),
      echo,
    );
    const startedAt = performance.now();
    const execution = await run();
    const took = performance.now() - startedAt;
    assert.equal(execution.status, "SUCCEEDED");
    const { SUCCEEDED } = files();
    assert.equal(new Set(SUCCEEDED.map(({ Output }) => Output)).size, 10_000);
    assert.ok(states.executionsOf(`${MACHINE_ARN}/topics`).length <= 10_000);
    assert.ok(took < 20_000, `${took} ms`);
  });
});
