import assert from "node:assert/strict";
import { type AttributeValue, itemBytes } from "../../../local/dynamodb/item.ts";

describe("the size of an item", () => {
  const sizes: [AttributeValue, number][] = [
    [{ S: "ü" }, 2],
    [{ N: "101" }, 3],
    [{ N: "-101" }, 4],
    [{ N: "1000" }, 2],
    [{ N: "0.5" }, 2],
    [{ N: "0" }, 1],
    [{ B: "AAEC" }, 3],
    [{ BOOL: true }, 1],
    [{ NULL: true }, 1],
    [{ SS: ["a", "bc"] }, 3],
    [{ NS: ["1", "22"] }, 4],
    [{ L: [{ S: "a" }, { N: "1" }] }, 3 + 1 + 1 + 1 + 2],
    [{ M: { ab: { S: "c" } } }, 3 + 1 + 2 + 1],
  ];
  for (const [value, bytes] of sizes) {
    it(`counts ${bytes} bytes for ${JSON.stringify(value)}, and those of its name`, () => {
      assert.equal(itemBytes({ name: value }), 4 + bytes);
    });
  }
});
