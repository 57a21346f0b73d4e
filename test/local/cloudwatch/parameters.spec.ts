import assert from "node:assert/strict";
import fc from "fast-check";
import { AwsError } from "../../../local/api/errors.ts";
import { Parameters } from "../../../local/cloudwatch/parameters.ts";

describe("a request's parameters", () => {
  it("take null for absent, and nothing that is inherited", () => {
    const parameters = new Parameters({ a: null, b: "" });
    assert.deepEqual([parameters.lacks("a"), parameters.lacks("b"), parameters.lacks("toString")], [true, false, true]);
    assert.equal(parameters.optionalText("a"), undefined);
    assert.equal(parameters.optionalText("b"), "");
    assert.throws(() => parameters.text("b"), { name: "MissingRequiredParameterException" });
  });

  it("name what is wrong by its path", () => {
    const inner = new Parameters({ list: [{ deep: { n: "1" } }] }).structures("list")[0]?.structure("deep");
    assert.throws(() => inner?.optionalNumber("n"), { message: "list.member.1.deep.n is not a number" });
    assert.throws(() => inner?.timestamp("t"), { message: "The parameter list.member.1.deep.t is required." });
  });

  it("read the protocol's epoch seconds as milliseconds", () => {
    assert.equal(new Parameters({ t: 1_767_225_600.123 }).timestamp("t"), 1_767_225_600_123);
  });

  it("answer any JSON with a value or an AwsError", () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        const readers = [
          () => new Parameters(value),
          () => new Parameters({ a: value }).text("a"),
          () => new Parameters({ a: value }).choice("a", ["x"]),
          () => new Parameters({ a: value }).integer("a", { min: 1, max: 2 }),
          () => new Parameters({ a: value }).optionalBoolean("a"),
          () => new Parameters({ a: value }).timestamp("a"),
          () => new Parameters({ a: value }).structure("a"),
          () => new Parameters({ a: value }).structures("a"),
          () => new Parameters({ a: value }).texts("a"),
          () => new Parameters({ a: value }).numbers("a"),
        ];
        for (const read of readers) {
          try {
            read();
          } catch (error) {
            assert.ok(error instanceof AwsError);
          }
        }
      }),
    );
  });
});
