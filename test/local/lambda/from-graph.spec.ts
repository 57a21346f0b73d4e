import assert from "node:assert/strict";
import { ResourceError } from "../../../local/graph/inputs.ts";
import { functionsOf } from "../../../local/lambda/from-graph.ts";
import { graphOf } from "../../support/graph.ts";

const inputs = {
  name: "sqs-processor",
  runtime: "nodejs24.x",
  handler: "index.handler",
  role: "arn:aws:iam::123456789012:role/processor",
  code: { files: { "index.mjs": "export const handler = async () => {};" } },
};

function read(overrides: Record<string, unknown>, accountConcurrency?: number) {
  const resource = { type: "aws:lambda/function:Function", name: "processor", inputs: { ...inputs, ...overrides } };
  return functionsOf(graphOf([resource]), accountConcurrency);
}

function refusal(overrides: Record<string, unknown>, accountConcurrency?: number): string {
  try {
    read(overrides, accountConcurrency);
  } catch (error) {
    assert.ok(error instanceof ResourceError);
    return error.message;
  }
  return assert.fail("the function was accepted");
}

describe("functions of a graph", () => {
  it("have AWS's defaults", () => {
    assert.deepEqual(read({}), [
      {
        arn: "arn:aws:lambda:eu-west-1:123456789012:function:sqs-processor",
        name: "sqs-processor",
        runtime: "nodejs24.x",
        handler: "index.handler",
        timeoutSeconds: 3,
        memoryMegabytes: 128,
        variables: {},
        reservedConcurrency: undefined,
        roleArn: inputs.role,
        logGroup: "/aws/lambda/sqs-processor",
        files: inputs.code.files,
      },
    ]);
  });

  it("take every setting from their resource", () => {
    const [found] = read({
      timeout: 30,
      memorySize: 512,
      environment: { variables: { STREAM: "events" } },
      reservedConcurrentExecutions: 150,
      loggingConfig: { logFormat: "JSON", logGroup: "/lean-ops/processor" },
      architectures: ["arm64"],
      packageType: "Zip",
    });
    assert.deepEqual(
      [found?.timeoutSeconds, found?.memoryMegabytes, found?.reservedConcurrency, found?.logGroup, found?.variables],
      [30, 512, 150, "/lean-ops/processor", { STREAM: "events" }],
    );
  });

  it("share the account's concurrency where they reserve -1, and are off where they reserve 0", () => {
    assert.equal(read({ reservedConcurrentExecutions: -1 })[0]?.reservedConcurrency, undefined);
    assert.equal(read({ reservedConcurrentExecutions: 0 })[0]?.reservedConcurrency, 0);
  });

  const refused: [title: string, overrides: Record<string, unknown>, message: RegExp][] = [
    ["another runtime", { runtime: "python3.13" }, /runs Node.js only \(nodejs24.x\), not "python3.13"/],
    ["no runtime", { runtime: undefined }, /^[^\n]*: runtime: must be a text, is undefined$/],
    ["no handler", { handler: undefined }, /handler: must be a text/],
    ["a container image", { packageType: "Image" }, /not container images/],
    ["layers", { layers: ["arn:aws:lambda:eu-west-1:123456789012:layer:l:1"] }, /has no layers/],
    ["an unknown architecture", { architectures: ["arm"] }, /must be one of arm64 and x86_64/],
    ["two architectures", { architectures: ["arm64", "x86_64"] }, /must be one of arm64 and x86_64/],
    ["a timeout above 15 minutes", { timeout: 901 }, /timeout: must be a whole number from 1 to 900, is 901/],
    ["a memory below 128 MB", { memorySize: 64 }, /memorySize: must be a whole number from 128 to 10240, is 64/],
    ["a name above 64 characters", { name: "n".repeat(65) }, /name: must match .*\{1,64\}\$, is "n{65}"/],
    [
      "reserved variables",
      { environment: { variables: { AWS_REGION: "x" } } },
      /environment\.variables: .*reserved keys/,
    ],
    ["code that is no archive of texts", { code: undefined }, /needs the function's code/],
  ];
  for (const [title, overrides, message] of refused) {
    it(`refuse ${title}`, () => {
      assert.match(refusal(overrides), message);
    });
  }

  it("refuse more than 250 MB of code", () => {
    const quarter = "x".repeat(262_144_000 / 4);
    const files = { a: quarter, b: quarter, c: quarter, d: quarter };
    assert.equal(read({ code: { files } }).length, 1);
    assert.match(refusal({ code: { files: { ...files, e: "x" } } }), /must be smaller than 262144000 bytes/);
  });

  it("refuse reservations that leave the account fewer than 100", () => {
    assert.equal(read({ reservedConcurrentExecutions: 900 }).length, 1);
    assert.match(refusal({ reservedConcurrentExecutions: 901 }), /below its minimum value of \[100\]: 901 .* 1000/);
    assert.match(refusal({ reservedConcurrentExecutions: 1 }, 100), /1 are reserved of the account's 100/);
  });

  it("name every problem at once, each with its resource", () => {
    const lines = refusal({ timeout: 0, runtime: "java21", layers: ["l"] }).split("\n");
    assert.equal(lines.length, 3);
    for (const line of lines) {
      assert.match(line, /^aws:lambda\/function:Function "processor": /);
    }
  });
});
