import assert from "node:assert/strict";
import { PassThrough } from "node:stream";
import { count } from "../../../local/console.ts";
import { total } from "../../../local/run/accounts.ts";
import { Display } from "../../../local/run/display.ts";
import { totalOf } from "../../../local/run/layers.ts";

function display() {
  const stream = new PassThrough();
  return {
    show: new Display(stream as unknown as NodeJS.WriteStream),
    text: () => String(stream.read() ?? ""),
  };
}

describe("display", () => {
  it("shows a row a topic, and their sum", () => {
    const { show, text } = display();
    const orders = { ...total([]), sent: 1200, raw: 1190, archived: 8, inFlight: 2 };
    const events = { ...total([]), sent: 5, raw: 4, lost: 1 };
    show.accounts(
      new Map([
        ["orders", orders],
        ["events", events],
      ]),
      new Map([
        ["orders", { ...totalOf([]), curated: 1180, semantic: 1000, rejected: 180 }],
        ["events", { ...totalOf([]), curated: 4, semantic: 4 }],
      ]),
    );
    const lines = text().trim().split("\n");
    assert.deepEqual(
      lines.map((line) => line.trim().split(/\s{2,}/)),
      [
        ["topic", "sent", "RAW", "CURATED", "SEMANTIC", "rejected", "archived", "in flight", "lost"],
        ["orders", "1,200", "1,190", "1,180", "1,000", "180", "8", "2", "0"],
        ["events", "5", "4", "4", "4", "0", "0", "0", "1"],
        ["total", "1,205", "1,194", "1,184", "1,004", "180", "8", "2", "1"],
      ],
    );
  });

  it("says at the end of progress how far it came", () => {
    const { show, text } = display();
    show.arrivals(
      () => 70,
      () => 100,
    )();
    assert.match(text(), /70 of 100/);
  });

  it("says of no more than was expected that it has arrived: what comes besides is copies", () => {
    const { show, text } = display();
    show.arrivals(
      () => 120,
      () => 100,
    )();
    assert.match(text(), /100 of 100/);
  });

  it("groups digits as a reader does", () => {
    assert.equal(count(1234567), "1,234,567");
  });
});
