import { hash } from "node:crypto";
import { uniformFloat64 } from "pure-rand/distribution/uniformFloat64";
import { xoroshiro128plus } from "pure-rand/generator/xoroshiro128plus";

/** A source of numbers in [0, 1) that repeats for the same seed. */
export function seededRandom(seed: number): () => number {
  const generator = xoroshiro128plus(seed);
  return () => uniformFloat64(generator);
}

/** As {@link seededRandom}, with a source for each name, so that one's draws do not shift another's. */
export function namedRandom(seed: number, name: string): () => number {
  return seededRandom(hash("sha256", `${seed}/${name}`, "buffer").readInt32BE());
}
