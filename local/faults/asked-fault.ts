/** Every fault that can be asked for by name; a call meets them in this order. */
export const FAULT_NAMES = [
  "firehose-throttle",
  "firehose-partial",
  "processor-crash",
  "processor-timeout",
  "archive-down",
  "tracker-throttle",
  "duplicate-delivery",
  "transform-failure",
  "schema-mismatch",
] as const;

export type FaultName = (typeof FAULT_NAMES)[number];

/** A fault, how often, and when. */
export interface AskedFault {
  name: FaultName;
  /** 0–1; each fault says of what. */
  rate: number;
  /** Seconds of AWS's time since the first send: from when on, and until when. */
  from: number;
  to: number;
}

/** What {@link readFaults} cannot read; names the rule. */
export class FaultError extends Error {
  override readonly name = "FaultError";
}

const ALL = "all";
const DEFAULT_RATE = 0.2;

/**
 * Reads `name[=rate][@from-to]`, for example `archive-down=1@0-30`: rate 0–1, by default 0.2; the window in seconds of
 * AWS's time since the first send, by default without end. `all` names every fault.
 *
 * @throws FaultError
 */
export function readFaults(text: string): AskedFault[] {
  const [, name = "", rate, window] = /^([^=@]*)(?:=([^@]*))?(?:@(.*))?$/s.exec(text) ?? [];
  const names = FAULT_NAMES.filter((known) => known === name || name === ALL);
  if (names.length === 0) {
    throw new FaultError(`There is no fault "${name}". The faults are ${FAULT_NAMES.join(", ")}, and ${ALL} of them.`);
  }
  const when = { rate: rate === undefined ? DEFAULT_RATE : readRate(rate), ...readWindow(window) };
  return names.map((known) => ({ name: known, ...when }));
}

function readRate(text: string): number {
  const rate = readNumber(text);
  if (!(rate <= 1)) {
    throw new FaultError(`The rate after = must be a number from 0 to 1, not "${text}".`);
  }
  return rate;
}

function readWindow(text: string | undefined): { from: number; to: number } {
  if (text === undefined) {
    return { from: 0, to: Number.POSITIVE_INFINITY };
  }
  const [from = Number.NaN, to = Number.NaN, ...others] = text.split("-").map(readNumber);
  if (!(from < to) || others.length > 0) {
    throw new FaultError(`The window after @ must be FROM-TO in seconds, FROM below TO, not "${text}".`);
  }
  return { from, to };
}

/** NaN for what is no number from 0. */
function readNumber(text: string): number {
  return /^\d+(\.\d+)?$/.test(text) ? Number(text) : Number.NaN;
}
