import assert from "node:assert/strict";
import { variableProblems } from "../../../local/lambda/environment-variables.ts";

describe("a function's own environment variables", () => {
  it("may be anything that Lambda does not reserve", () => {
    assert.deepEqual(variableProblems({ TOPIC_PREFIX: "a", TZ: "Europe/Berlin", NODE_OPTIONS: "", LANG: "C" }), []);
  });

  it("may not be reserved ones: all of them are named", () => {
    const [problem] = variableProblems({ AWS_REGION: "eu-west-1", OK: "1", _HANDLER: "x", AWS_ACCESS_KEY_ID: "y" });
    assert.match(problem ?? "", /Reserved keys used in this request: AWS_REGION, _HANDLER, AWS_ACCESS_KEY_ID/);
  });

  it("must begin with a letter and have two characters at least", () => {
    for (const name of ["1ST", "A", "A-B", "_PRIVATE"]) {
      assert.equal(variableProblems({ [name]: "" }).length, 1, name);
    }
  });

  it("may take 4 KB together", () => {
    const value = (bytes: number) => "x".repeat(bytes - JSON.stringify({ DATA: "" }).length);
    assert.deepEqual(variableProblems({ DATA: value(4096) }), []);
    assert.match(variableProblems({ DATA: value(4097) })[0] ?? "", /exceeded the 4KB limit: 4097 bytes/);
  });
});
