import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { NO_TOPIC } from "../../functions/common/archive.ts";
import { systemClock } from "../../functions/common/clock.ts";
import { circuitReader, type ReadCircuit } from "../common/circuit.ts";
import { explain } from "../common/explain.ts";
import { Display } from "./display.ts";
import type { ReplayOptions } from "./options.ts";
import { type TrackerPlace, trackerPlace } from "./place.ts";
import { replay } from "./replay.ts";
import { trackerOf } from "./tracker.ts";

/**
 * Runs the command against AWS, or whatever AWS_ENDPOINT_URL names.
 *
 * @param root The project's folder.
 * @returns the process's exit code.
 */
export async function run(
  options: ReplayOptions,
  root: string,
  stream: NodeJS.WriteStream = process.stdout,
): Promise<number> {
  const display = new Display(stream);
  let place: TrackerPlace;
  try {
    place = trackerPlace(root, options.stack, options.table);
  } catch (error) {
    display.problem(error instanceof Error ? error.message : String(error));
    return 1;
  }
  const { table, region, topics, circuitTable } = place;
  const client = new DynamoDBClient(region === undefined ? {} : { region });
  try {
    display.heading(`Replay of ${options.topic}, from ${table}${region === undefined ? "" : ` in ${region}`}`);
    if (topics !== undefined && options.topic !== NO_TOPIC && !topics.includes(options.topic)) {
      // No error: what a topic left behind can still be looked at once it has been removed.
      display.warning(`Stack ${options.stack} has no topic ${options.topic} now; it has ${topics.join(", ")}.`);
    }
    if (circuitTable === undefined) {
      display.warning(`Nobody knows which stack ${table} belongs to: whether its circuit is open is not asked.`);
    }
    const readCircuit: ReadCircuit =
      circuitTable === undefined ? async () => undefined : circuitReader(client, circuitTable);
    const tracker = trackerOf(client, table, Date.now);
    await replay(options, { tracker, readCircuit, clock: systemClock, display });
    return 0;
  } catch (error) {
    display.problem(explain(error, { resource: `table ${table}`, region }));
    return 1;
  } finally {
    client.destroy();
  }
}
