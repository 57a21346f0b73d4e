import assert from "node:assert/strict";
import { ignoredInputs } from "../../../local/states/from-graph.ts";
import { MACHINE_ARN, machineOf, ROLE_ARN, readMachine } from "./fixtures.ts";

const definition = machineOf({ A: { Type: "Pass", End: true } }, { TimeoutSeconds: 600 });

describe("state machines of a graph", () => {
  it("take their name, role and definition from their resource", () => {
    const { definition: read, ...machine } = readMachine(definition, { type: "STANDARD" });
    assert.deepEqual(machine, {
      name: "refinery",
      arn: MACHINE_ARN,
      roleArn: ROLE_ARN,
      definitionText: JSON.stringify(definition),
    });
    assert.deepEqual([read.startAt, read.timeoutSeconds, [...read.byName.keys()]], ["A", 600, ["A"]]);
  });

  it("take what has no effect here, with a reason", () => {
    readMachine(definition, {
      loggingConfiguration: { level: "ERROR" },
      tracingConfiguration: { enabled: true },
      encryptionConfiguration: { type: "AWS_OWNED_KEY" },
      tags: {},
    });
    assert.ok(Object.values(ignoredInputs).every((reason) => reason.length > 0));
  });

  const refused: [title: string, more: Record<string, unknown>, message: RegExp][] = [
    ["Express", { type: "EXPRESS" }, /type: the local cloud has STANDARD, not EXPRESS/],
    ["a name with a space", { name: "my machine" }, /name: must match/],
    ["no role", { roleArn: undefined }, /roleArn: must match/],
    ["no definition", { definition: undefined }, /definition: must be a text/],
    ["another input", { timeouts: {} }, /timeouts: not known to the local cloud/],
  ];
  for (const [title, more, message] of refused) {
    it(`are refused with ${title}`, () => {
      assert.throws(() => readMachine(definition, more), message);
    });
  }
});
