import { type DynamoDBClient, GetItemCommand, ResourceNotFoundException } from "@aws-sdk/client-dynamodb";
import { marshall, unmarshall } from "@aws-sdk/util-dynamodb";
import { CIRCUIT_KEY, type CircuitItem } from "../../functions/common/circuit.ts";
import type { Clock } from "../../functions/common/clock.ts";
import { OperatorError } from "../common/operator-error.ts";
import { oneLine, utc } from "../common/text.ts";

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

/** A long replay asks again, since the circuit may open meanwhile. */
const ASKED_AGAIN_AFTER_MS = 10_000;

/** Lets nothing pass while the circuit is anything but closed. */
export class CircuitGate {
  readonly #read: ReadCircuit;
  readonly #clock: Clock;
  #answer: Promise<void> | undefined;
  #askedAt = Number.NEGATIVE_INFINITY;

  constructor(read: ReadCircuit, clock: Clock) {
    this.#read = read;
    this.#clock = clock;
  }

  /**
   * Asks the circuit, unless it was asked seconds ago.
   *
   * @throws OperatorError where it is not closed; or whatever reading it throws.
   */
  pass(): Promise<void> {
    const now = this.#clock.now();
    if (this.#answer === undefined || now - this.#askedAt >= ASKED_AGAIN_AFTER_MS) {
      this.#askedAt = now;
      this.#answer = this.#ask();
    }
    return this.#answer;
  }

  async #ask(): Promise<void> {
    const open = openCircuit(await this.#read());
    if (open !== undefined)
      throw new OperatorError(`${open}: nothing is replayed until it is closed (npm run breaker -- status).`);
  }
}
