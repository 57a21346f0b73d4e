import assert from "node:assert/strict";
import { namedRandom, seededRandom } from "../../../local/input/random.ts";

const draw = (random: () => number) => Array.from({ length: 1000 }, random);

describe("seeded random numbers", () => {
  it("repeat for the same seed, and only for it", () => {
    assert.deepEqual(draw(seededRandom(1)), draw(seededRandom(1)));
    assert.notDeepEqual(draw(seededRandom(1)), draw(seededRandom(2)));
  });

  it("lie in [0, 1), evenly", () => {
    const numbers = draw(seededRandom(1));
    assert.ok(numbers.every((number) => number >= 0 && number < 1));
    const below = numbers.filter((number) => number < 0.2).length;
    assert.ok(below > 140 && below < 260, `${below} of 1000 below 0.2`);
  });

  it("come in a stream of their own for each name", () => {
    assert.deepEqual(draw(namedRandom(1, "a")), draw(namedRandom(1, "a")));
    assert.notDeepEqual(draw(namedRandom(1, "a")), draw(namedRandom(1, "b")));
    assert.notDeepEqual(draw(namedRandom(1, "a")), draw(namedRandom(2, "a")));
  });
});
