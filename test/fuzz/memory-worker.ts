import { parentPort } from "node:worker_threads";
import { DOORS } from "./doors.ts";
import { isLargest, retainedMb } from "./memory.ts";

/** How often the largest batches are given. */
const TIMES = 2;

/* Gives the largest batches within the heap that it was started with, and tells what remains of each. */
const retained: Record<string, number> = {};
const before = await retainedMb();
for (const { name, cases } of DOORS) {
  for (const [what, check] of cases) {
    if (!isLargest(what)) continue;
    for (let time = 0; time < TIMES; time++) await check();
    retained[`${name}: ${what}`] = (await retainedMb()) - before;
  }
}
parentPort?.postMessage(retained);
