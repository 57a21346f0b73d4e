import { type DynamoDBClient, GetItemCommand, ResourceNotFoundException } from "@aws-sdk/client-dynamodb";
import { marshall, unmarshall } from "@aws-sdk/util-dynamodb";
import { CIRCUIT_KEY, type CircuitItem } from "../../functions/common/circuit.ts";
import { oneLine, utc } from "./text.ts";

/** The circuit as its breaker left it last; undefined where it was never anything but closed. */
export type ReadCircuit = () => Promise<CircuitItem | undefined>;

/**
 * Reads the circuit from its breaker's table. Where there is no such table the stack is from before the breaker, and
 * nothing can have opened its circuit; a stack that is not there at all is told by its error tracker.
 */
export function circuitReader(client: DynamoDBClient, table: string): ReadCircuit {
  const command = () => new GetItemCommand({ TableName: table, Key: marshall(CIRCUIT_KEY), ConsistentRead: true });
  return async () => {
    try {
      const { Item } = await client.send(command());
      return Item && (unmarshall(Item) as CircuitItem);
    } catch (error) {
      if (error instanceof ResourceNotFoundException) return undefined;
      throw error;
    }
  };
}

/** @returns the circuit in words, as the beginning of a sentence, where it is anything but closed. */
export function openCircuit(circuit: CircuitItem | undefined): string | undefined {
  if (circuit === undefined || circuit.state === "CLOSED") return undefined;
  const { state, since, reason, hold } = circuit;
  return hold === undefined
    ? `The circuit is ${state} since ${utc(since)} (${oneLine(reason)})`
    : `The circuit is held by ${oneLine(hold.by)} until ${utc(hold.until)} (${oneLine(hold.reason)})`;
}
