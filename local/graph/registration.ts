import type { GraphResource } from "./types.ts";

/** One resource as the engine knows it: properties in its wire format, in which secrets and unknown values are marked. */
export interface Registration extends Omit<GraphResource, "inputs" | "state"> {
  /** What the program gives. */
  inputs: Record<string, unknown>;
  /** With what the provider adds. */
  outputs: Record<string, unknown>;
  aliases: readonly string[];
}
