import type { Circuit } from "./circuit.ts";
import type { ProbePick } from "./decide.ts";
import { nameOf, type SavedMapping, topicOf } from "./mapping.ts";

/** A mapping that may be the probe. */
export interface Candidate {
  uuid: string;
  /** Undefined: its source is no topic's queue, so that its backlog is not known. */
  topic: string | undefined;
  name: string;
}

/** The state of many queues is many calls. */
const MOST_MEASURED = 30;

export function candidatesOf(saved: readonly SavedMapping[], topicQueuePrefix: string): Candidate[] {
  return saved.map(({ id, source_arn }) => {
    const topic = topicOf(source_arn, topicQueuePrefix);
    return { uuid: id, topic, name: topic ?? nameOf(source_arn) };
  });
}

/**
 * Whose backlog to measure, in the order in which they are to be taken: the probe that there is, the tripping topic's,
 * then those behind the last one that was measured, all around; at the very end one whose function crashed.
 *
 * @returns the candidates, and how many of the first ones have their place whatever was measured last.
 */
export function toMeasure(
  candidates: readonly Candidate[],
  { probe, tripping, crashedProbe, measuredTo = "" }: Circuit,
): { list: Candidate[]; fixed: number } {
  const sorted = candidates.toSorted((one, other) => (one.uuid < other.uuid ? -1 : 1));
  const isCrashed = ({ uuid }: Candidate) => uuid === crashedProbe && uuid !== probe?.uuid;
  const current = sorted.filter(({ uuid }) => uuid === probe?.uuid);
  const tripped = sorted.filter(
    (one) => one.topic !== undefined && one.topic === tripping?.topic && !current.includes(one) && !isCrashed(one),
  );
  const first = [...current, ...tripped];
  const others = sorted.filter((one) => !first.includes(one) && !isCrashed(one));
  const crashed = sorted.filter(isCrashed);
  const turned = [
    ...others.filter(({ uuid }) => uuid > measuredTo),
    ...others.filter(({ uuid }) => uuid <= measuredTo),
  ].slice(0, MOST_MEASURED - first.length - crashed.length);
  return { list: [...first, ...turned, ...crashed], fixed: first.length };
}

/**
 * The first with a backlog; where none has any, the probe that there is, the tripping topic's, or any.
 *
 * @param backlogs of the list, in its order.
 */
export function pickOf(
  { list, fixed }: ReturnType<typeof toMeasure>,
  backlogs: readonly number[],
  { crashedProbe }: Circuit,
): ProbePick {
  const last = list.slice(fixed).findLast(({ uuid }) => uuid !== crashedProbe);
  const chosen = list.find((_, index) => (backlogs[index] ?? 0) > 0) ?? list[0];
  return {
    ...(chosen === undefined ? {} : { probe: { uuid: chosen.uuid, topic: chosen.name } }),
    ...(last === undefined ? {} : { measuredTo: last.uuid }),
  };
}
