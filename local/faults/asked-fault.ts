/** Every fault that can be asked for by name; a call meets them in this order. */
export const FAULT_NAMES = [
  "firehose-outage",
  "firehose-throttle",
  "firehose-partial",
  "processor-crash",
  "processor-timeout",
  "unanswered-call",
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

type When = Omit<AskedFault, "name">;

/** How often and when a fault strikes where nothing is said. */
const DEFAULT: When = { rate: 0.2, from: 0, to: Number.POSITIVE_INFINITY };

/** Of faults that are something else than a share of everything. */
export const OWN_DEFAULTS: Readonly<Partial<Record<FaultName, When>>> = {
  "firehose-outage": { rate: 1, from: 0, to: 20 * 60 },
};

/**
 * Reads `name[=rate][@from-to]`, for example `archive-down=1@0-30`: rate 0–1, by default 0.2; the window in seconds of
 * AWS's time since the first send, by default without end; see {@link OWN_DEFAULTS} for others. `all` names every
 * fault, and none of them by its own defaults: a total outage would leave the others nothing to strike.
 *
 * @throws FaultError
 */
export function readFaults(text: string): AskedFault[] {
  const [, name = "", rate, window] = /^([^=@]*)(?:=([^@]*))?(?:@(.*))?$/s.exec(text) ?? [];
  const names = FAULT_NAMES.filter((known) => known === name || name === ALL);
  if (names.length === 0) {
    throw new FaultError(`There is no fault "${name}". The faults are ${FAULT_NAMES.join(", ")}, and ${ALL} of them.`);
  }
  const said = { ...(rate === undefined ? {} : readRate(rate)), ...(window === undefined ? {} : readWindow(window)) };
  return names.map((known) => ({ name: known, ...DEFAULT, ...(name === ALL ? {} : OWN_DEFAULTS[known]), ...said }));
}

function readRate(text: string): { rate: number } {
  const rate = readNumber(text);
  if (!(rate <= 1)) {
    throw new FaultError(`The rate after = must be a number from 0 to 1, not "${text}".`);
  }
  return { rate };
}

function readWindow(text: string): { from: number; to: number } {
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
