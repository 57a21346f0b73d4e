import jsonata from "jsonata";
import type { Clock } from "../../clock.ts";

const FORMAT = jsonata("$fromMillis($now, $picture, $timezone)");

/** JSONata's functions that tell the time, by the cloud's clock. */
export function readClock(clock: Clock): Record<string, unknown> {
  const now = clock.now();
  return {
    millis: () => now,
    now: (picture?: string, timezone?: string) => FORMAT.evaluate(undefined, { now, picture, timezone }),
  };
}
