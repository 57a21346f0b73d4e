import type { StackGraph } from "../graph/types.ts";
import type { Call } from "./call.ts";

/** Something in the network that a call needs on its way. */
export interface Rule {
  urn: string;
  /** As a person knows it. */
  name: string;
}

/** How a call gets to its service, or why it does not. */
export interface Way {
  /** Undefined: it gets there. */
  problem?: string;
  /** What would let it through. */
  remedy: string;
  /** Of the endpoint that it passes; undefined: it does not come out of a VPC. */
  endpointArn?: string;
  endpointId?: string;
  vpcId?: string;
  rules: readonly Rule[];
}

export interface Network {
  way(call: Call): Way;
}

const OUTSIDE: Way = { remedy: "", rules: [] };

export function networkOf(_graph: StackGraph): Network {
  return { way: () => OUTSIDE };
}
