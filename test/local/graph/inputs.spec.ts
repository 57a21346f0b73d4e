import assert from "node:assert/strict";
import { Inputs, ResourceError, refuseAll } from "../../../local/graph/inputs.ts";
import type { GraphResource } from "../../../local/graph/types.ts";
import { graphOf } from "../../support/graph.ts";

const source = { file: "components/messaging.ts", line: 12, column: 5 };

function resource(inputs: Record<string, unknown>, overrides: Partial<GraphResource> = {}): GraphResource {
  const [made] = graphOf([{ type: "aws:sqs/queue:Queue", name: "orders", inputs }]).resources;
  assert.ok(made);
  return { ...made, ...overrides };
}

/** What `read` answers of a resource with these inputs, and the problems, without the resource. */
function reading<T>(values: Record<string, unknown>, read: (inputs: Inputs) => T): { result: T; problems: string[] } {
  const problems: string[] = [];
  const result = read(Inputs.of(resource(values), problems));
  return { result, problems: problems.map((problem) => problem.replace('aws:sqs/queue:Queue "orders": ', "")) };
}

describe("problems of a resource's inputs", () => {
  it("say which resource, where in the program, the path and the rule", () => {
    const problems: string[] = [];
    const values = { stages: [{}, { lambda: { parameters: [{ key: "Size", value: "many" }] } }] };
    const inputs = Inputs.of(resource(values, { source }), problems);
    const stage = inputs.list("stages")[1];
    stage?.object("lambda").named("parameters", "key", "value").number("Size", { min: 1, max: 3, fallback: 1 });
    inputs.refuse("name", "is taken");
    assert.deepEqual(problems, [
      'aws:sqs/queue:Queue "orders" (components/messaging.ts:12): stages[1].lambda.parameters.Size: must be from 1 to 3, is NaN',
      'aws:sqs/queue:Queue "orders" (components/messaging.ts:12): name: is taken',
    ]);
  });

  it("leave out the place where it is not known", () => {
    const problems: string[] = [];
    Inputs.of(resource({}), problems).refuse("name", "is taken");
    assert.deepEqual(problems, ['aws:sqs/queue:Queue "orders": name: is taken']);
  });

  it("end in one error with a line each", () => {
    assert.throws(
      () => refuseAll(["a: must be 1, is 2", "b: must be 3, is 4"]),
      (error) => {
        assert.ok(error instanceof ResourceError);
        assert.equal(error.name, "ResourceError");
        assert.equal(error.message, "a: must be 1, is 2\nb: must be 3, is 4");
        assert.deepEqual(error.problems, ["a: must be 1, is 2", "b: must be 3, is 4"]);
        return true;
      },
    );
  });

  it("end in no error where there are none", () => {
    assert.doesNotThrow(() => refuseAll([]));
  });
});

describe("a resource's inputs", () => {
  it("have the physical name, whether or not the program gives one", () => {
    const nameOf = (inputs: Inputs) => inputs.text("name");
    assert.equal(reading({}, nameOf).result, "orders");
    assert.equal(reading({ name: "lean-ops-orders" }, nameOf).result, "lean-ops-orders");
  });

  it("are absent where they are null", () => {
    const { result } = reading({ a: null, b: false }, (inputs) => ["a", "b", "c"].map((key) => inputs.value(key)));
    assert.deepEqual(result, [undefined, false, undefined]);
  });

  const range = { min: 1, max: 9 };
  const withDefault = { ...range, fallback: 5 };
  const read: [title: string, value: unknown, read: (inputs: Inputs) => unknown, result: unknown][] = [
    ["a text", "a b", (inputs) => inputs.text("x"), "a b"],
    ["a text of a pattern", "ab", (inputs) => inputs.text("x", /^[a-z]+$/), "ab"],
    ["an optional text", "ab", (inputs) => inputs.optionalText("x"), "ab"],
    ["an optional text, empty", "", (inputs) => inputs.optionalText("x"), ""],
    ["an optional text, absent", undefined, (inputs) => inputs.optionalText("x"), undefined],
    ["a choice", "b", (inputs) => inputs.choice("x", ["a", "b"]), "b"],
    ["a choice, by default the first", undefined, (inputs) => inputs.choice("x", ["a", "b"]), "a"],
    ["a number", 1.5, (inputs) => inputs.number("x", withDefault), 1.5],
    ["a number written as text", "1.5", (inputs) => inputs.number("x", withDefault), 1.5],
    ["a number, by default the fallback", undefined, (inputs) => inputs.number("x", withDefault), 5],
    ["a whole number at the lower end", 1, (inputs) => inputs.integer("x", withDefault), 1],
    ["a whole number at the upper end", 9, (inputs) => inputs.integer("x", withDefault), 9],
    ["a whole number, by default the fallback", undefined, (inputs) => inputs.integer("x", withDefault), 5],
    ["a fallback outside of the range", undefined, (inputs) => inputs.integer("x", { ...range, fallback: -1 }), -1],
    ["an optional whole number", 9, (inputs) => inputs.optionalInteger("x", range), 9],
    ["an optional whole number, absent", null, (inputs) => inputs.optionalInteger("x", range), undefined],
    ["plain values", [1, "a"], (inputs) => inputs.values("x"), [1, "a"]],
    ["plain values, absent", undefined, (inputs) => inputs.values("x"), []],
    ["objects of a list", [{ a: 1 }, { a: 2 }], (inputs) => inputs.list("x").map((item) => item.value("a")), [1, 2]],
    ["objects of a list, absent", undefined, (inputs) => inputs.list("x"), []],
    ["an object", { y: { z: 1 } }, (inputs) => inputs.object("x").object("y").value("z"), 1],
    ["an object, absent", undefined, (inputs) => inputs.object("x").object("y").value("z"), undefined],
    ["what a function makes of them", "1", (inputs) => inputs.attempt("x", () => 1), 1],
  ];
  for (const [title, x, using, result] of read) {
    it(`are read as ${title}`, () => {
      assert.deepEqual(reading({ x }, using), { result, problems: [] });
    });
  }

  const refused: [
    title: string,
    value: unknown,
    read: (inputs: Inputs) => unknown,
    result: unknown,
    problem: string,
  ][] = [
    ["no text", undefined, (inputs) => inputs.text("x"), "", "must be a text, is undefined"],
    ["an empty text", "", (inputs) => inputs.text("x"), "", 'must be a text, is ""'],
    ["another type than text", { y: 1 }, (inputs) => inputs.text("x"), "", 'must be a text, is {"y":1}'],
    ["a text beside its pattern", "A", (inputs) => inputs.text("x", /^a$/), "A", 'must match ^a$, is "A"'],
    ["no text of a pattern", undefined, (inputs) => inputs.text("x", /^a$/), "", "must match ^a$, is undefined"],
    ["an optional text that is none", 1, (inputs) => inputs.optionalText("x"), undefined, "must be a text, is 1"],
    ["no choice", "c", (inputs) => inputs.choice("x", ["a", "b"]), "a", "the local cloud has a, b, not c"],
    ["a number too small", 0.9, (inputs) => inputs.number("x", withDefault), 0.9, "must be from 1 to 9, is 0.9"],
    ["a number too large", "10", (inputs) => inputs.number("x", withDefault), 10, "must be from 1 to 9, is 10"],
    ["a fraction", 1.5, (inputs) => inputs.integer("x", withDefault), 5, "must be a whole number from 1 to 9, is 1.5"],
    ["too little", 0, (inputs) => inputs.integer("x", withDefault), 5, "must be a whole number from 1 to 9, is 0"],
    [
      "too much",
      10,
      (inputs) => inputs.optionalInteger("x", range),
      undefined,
      "must be a whole number from 1 to 9, is 10",
    ],
    [
      "a whole number as text",
      "3",
      (inputs) => inputs.integer("x", withDefault),
      5,
      'must be a whole number from 1 to 9, is "3"',
    ],
    ["what a function throws at", "1", (inputs) => inputs.attempt("x", () => fail("not 1")), undefined, "not 1"],
  ];
  for (const [title, x, using, result, problem] of refused) {
    it(`are refused: ${title}`, () => {
      assert.deepEqual(reading({ x }, using), { result, problems: [`x: ${problem}`] });
    });
  }

  it("are refused where they are neither read nor ignored", () => {
    const values = { size: 1, tags: {}, extra: false, absent: undefined, none: null, indexes: [{ a: 1, b: 2, c: 3 }] };
    const ignored = { tags: "nothing reads them", "indexes.b": "nothing reads it", c: "of the resource, not an index" };
    const { problems } = reading(values, (inputs) => {
      inputs.only(["name", "size", "indexes"], ignored);
      inputs.list("indexes")[0]?.only(["a"], ignored);
    });
    assert.deepEqual(problems, ["extra: not known to the local cloud", "indexes[0].c: not known to the local cloud"]);
  });

  it("are all refused beside what is read, where nothing is ignored", () => {
    const { problems } = reading({ size: 1, tags: {} }, (inputs) => inputs.only(["name", "size"]));
    assert.deepEqual(problems, ["tags: not known to the local cloud"]);
  });
});

function fail(message: string): never {
  throw new RangeError(message);
}
