import assert from "node:assert/strict";
import { oneLine, utc } from "../../../scripts/common/text.ts";

describe("utc", () => {
  it("shows a time to the second, in UTC", () => {
    assert.equal(utc("2026-01-10T06:30:00.999Z"), "2026-01-10 06:30:00 UTC");
    assert.equal(utc("2026-01-10T01:30:00+02:00"), "2026-01-09 23:30:00 UTC");
  });

  it("shows what is no time as it is", () => assert.equal(utc("some\u001b[31m time"), "some time"));
});

describe("oneLine", () => {
  it("has no line breaks, and nothing that a terminal would obey", () => {
    assert.equal(oneLine(" a\r\n\tb\u001b[2J\u001b]0;title\u0007 c\u0000d\u0008 "), "a b c d");
  });

  it("leaves other text alone", () => assert.equal(oneLine("Überlauf: 50 % – 日本"), "Überlauf: 50 % – 日本"));
});
