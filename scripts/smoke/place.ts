import type { Names } from "../../settings/names.ts";
import { OperatorError } from "../common/operator-error.ts";
import { stackPlace } from "../common/place.ts";

/** The stack that is tested. */
export interface SmokePlace {
  names: Names;
  /** Undefined: as the environment says. */
  region: string | undefined;
  /** Those that get messages. */
  topics: readonly string[];
}

/**
 * Finds a stack and its topics.
 *
 * @param root The project's folder.
 * @param asked Topics; none: all that are not retired.
 * @throws OperatorError where the stack has no file, or not these topics.
 */
export function smokePlace(root: string, stack: string, asked: readonly string[]): SmokePlace {
  const place = stackPlace(root, stack);
  if (place === undefined) {
    throw new OperatorError(`stack ${JSON.stringify(stack)} has no Pulumi.${stack}.yaml, which names its topics`);
  }
  const { names, region, openTopics } = place;
  const unknown = asked.filter((topic) => !openTopics.includes(topic));
  const known = openTopics.length === 0 ? "none" : openTopics.join(", ");
  if (unknown.length > 0) {
    throw new OperatorError(`stack ${stack} has no open topic ${unknown.join(", ")}; it has: ${known}`);
  }
  if (openTopics.length === 0) throw new OperatorError(`stack ${stack} has no topic that takes messages`);
  return { names, region, topics: asked.length > 0 ? asked : openTopics };
}

/** Every run has an id of its own, which tells its messages from all others. @param random In [0, 1). */
export function runId(now: number, random: number): string {
  const time = new Date(now).toISOString().slice(0, 19).replaceAll(/[-:]/g, "");
  const more = Math.floor(random * 36 ** 4)
    .toString(36)
    .padStart(4, "0");
  return `smoke-${time}-${more}`;
}
