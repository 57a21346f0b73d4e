import assert from "node:assert/strict";
import { functionNamed, functionNameOf } from "../../../local/lambda/function-name.ts";

const processor = { arn: "arn:aws:lambda:eu-west-1:123456789012:function:processor", name: "processor" };
const other = { arn: "arn:aws:lambda:eu-west-1:123456789012:function:processor-2", name: "processor-2" };

describe("a function's name", () => {
  for (const name of ["processor", "123456789012:function:processor", processor.arn]) {
    it(`may be ${name}, with or without $LATEST`, () => {
      assert.equal(functionNamed([other, processor], name), processor);
      assert.equal(functionNamed([other, processor], `${name}:$LATEST`), processor);
    });
  }

  for (const name of ["", "proc", "processor:1", "processor:live", "210987654321:function:processor", ":$LATEST"]) {
    it(`names nothing as ${JSON.stringify(name)}`, () => {
      assert.equal(functionNamed([other, processor], name), undefined);
    });
  }

  it("is in its ARN, qualified or not", () => {
    assert.equal(functionNameOf(processor.arn), "processor");
    assert.equal(functionNameOf(`${processor.arn}:$LATEST`), "processor");
  });
});
