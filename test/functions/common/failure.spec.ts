import assert from "node:assert/strict";
import { describeFailure, errorName } from "../../../functions/common/failure.ts";

describe("describeFailure", () => {
  it("tells an error's name and where it was thrown, and nothing of its message", () => {
    const described = describeFailure(new TypeError("personal\n    data"));
    assert.equal(described.error, "TypeError");
    assert.match(described.at[0] ?? "", /failure\.spec\.ts:\d+:\d+/);
    assert.ok(!JSON.stringify(described).includes("personal"));
    assert.ok(!JSON.stringify(described).includes("data"));
  });

  it("tells only the type of what is no error", () => {
    assert.deepEqual(describeFailure("personal data"), { error: "string", at: [] });
  });
});

describe("errorName", () => {
  it("is the error's name, or the system's code where that says more", () => {
    assert.equal(errorName(Object.assign(new Error("x"), { name: "TimeoutError", code: "ETIMEDOUT" })), "TimeoutError");
    assert.equal(errorName(Object.assign(new Error("x"), { code: "ECONNREFUSED" })), "ECONNREFUSED");
    assert.equal(errorName(new Error("x")), "Error");
    assert.equal(errorName(null), "object");
  });
});
