import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";

const MB = 2 ** 20;

/** Whether a named case is as large as what a function can be given, so that memory is what it tries. */
export function isLargest(what: string): boolean {
  return /six megabytes|can hold/.test(what);
}

setFlagsFromString("--expose-gc");
/** Collects all garbage. */
const collect = runInNewContext("gc") as () => void;

/** What this process keeps once all garbage is gone, in MB: objects, and bytes outside of the heap. */
export async function retainedMb(): Promise<number> {
  // What is reachable by a promise that has just been settled is garbage only afterwards.
  for (let times = 0; times < 2; times++) {
    await new Promise((resolve) => setImmediate(resolve));
    collect();
  }
  const { heapUsed, arrayBuffers } = process.memoryUsage();
  return (heapUsed + arrayBuffers) / MB;
}
