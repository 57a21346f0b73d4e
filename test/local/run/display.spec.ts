import assert from "node:assert/strict";
import { PassThrough } from "node:stream";
import { count } from "../../../local/console.ts";
import { total } from "../../../local/run/accounts.ts";
import { Display } from "../../../local/run/display.ts";

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
    );
    const lines = text().trim().split("\n");
    assert.deepEqual(
      lines.map((line) => line.trim().split(/\s{2,}/)),
      [
        ["topic", "sent", "RAW", "archived", "in flight", "lost"],
        ["orders", "1,200", "1,190", "8", "2", "0"],
        ["events", "5", "4", "0", "0", "1"],
        ["total", "1,205", "1,194", "8", "2", "1"],
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

  it("groups digits as a reader does", () => {
    assert.equal(count(1234567), "1,234,567");
  });
});
