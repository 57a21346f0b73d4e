import assert from "node:assert/strict";
import { MAX_REPLAYS, readReplay } from "../../../functions/common/replay.ts";

const REPLAY = { messageId: "059f36b4-87a3-44ab-83d2-661975830a7d", sentAt: 1, replayCount: MAX_REPLAYS };
const read = (value: unknown) => readReplay({ stringValue: JSON.stringify(value) });

describe("readReplay", () => {
  it("reads what a replayed message carries, and nothing besides", () => {
    assert.deepEqual(read({ ...REPLAY, more: 1 }), REPLAY);
  });

  it("finds none in a message without the attribute, or in a binary one", () => {
    assert.equal(readReplay(undefined), undefined);
    assert.equal(readReplay({}), undefined);
  });

  const others: unknown[] = [
    null,
    [],
    7,
    { ...REPLAY, messageId: "../x" },
    { ...REPLAY, messageId: 7 },
    { ...REPLAY, sentAt: -1 },
    { ...REPLAY, sentAt: "1" },
    { ...REPLAY, replayCount: 0 },
    { ...REPLAY, replayCount: MAX_REPLAYS + 1 },
    { ...REPLAY, replayCount: 1.5 },
    { ...REPLAY, replayCount: "1" },
  ];
  for (const value of others) {
    it(`takes ${JSON.stringify(value)} for none`, () => assert.equal(read(value), undefined));
  }

  it("takes what is no JSON for none", () => assert.equal(readReplay({ stringValue: "{" }), undefined));
});
