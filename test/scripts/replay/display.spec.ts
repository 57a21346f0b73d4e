import assert from "node:assert/strict";
import { PassThrough } from "node:stream";
import { stripVTControlCharacters } from "node:util";
import { Display } from "../../../scripts/replay/display.ts";

function display(isTTY: boolean) {
  const moves = { cursorTo: () => true, moveCursor: () => true, clearLine: () => true };
  const stream = Object.assign(new PassThrough(), { isTTY, columns: 80, ...moves });
  return {
    show: new Display(stream as unknown as NodeJS.WriteStream),
    text: () => stripVTControlCharacters(String(stream.read() ?? "")),
  };
}

describe("the replay's display", () => {
  for (const isTTY of [true, false]) {
    it(`says at the end how far it came, ${isTTY ? "as a bar on a terminal" : "in a plain line elsewhere"}`, () => {
      const { show, text } = display(isTTY);
      const requests = { requested: 0, changed: 0 };
      const end = show.requests(requests, 2000);
      Object.assign(requests, { requested: 1499, changed: 1 });
      end();
      const shown = text();
      assert.match(shown, /asked for .*1,500 of 2,000/);
      assert.equal(shown.includes("\u25A0"), isTTY);
    });
  }
});
