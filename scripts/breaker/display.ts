import type { BreakerStatus } from "../../functions/common/circuit.ts";
import { Console, count } from "../../local/console.ts";
import { oneLine, utc } from "../common/text.ts";

/** What an operator sees of a circuit. */
export class Display extends Console {
  status(status: BreakerStatus): void {
    for (const [name, value] of factsOf(status)) this.line(`  ${name.padEnd(12)}${value}`);
    this.line();
    const rows = status.transitions.map(({ at, from, to, reason }) => [utc(at), from, to, oneLine(reason)]);
    if (rows.length === 0) this.line("  There was no transition yet.");
    else this.table(["at", "from", "to", "reason"], rows);
  }
}

function factsOf(status: BreakerStatus): [name: string, value: string][] {
  const { state, since, reason, hold, mappings, pending, minutesToProbe, probe } = status;
  const facts: [string, string | undefined][] = [
    ["state", since === undefined ? state : `${state} since ${utc(since)}`],
    ["reason", reason && oneLine(reason)],
    ["held by", hold && `${oneLine(hold.by)} since ${utc(hold.since)}, until ${utc(hold.until)} at the latest`],
    ["held for", hold && oneLine(hold.reason)],
    ["mappings", inStates(mappings)],
    [
      "pending",
      pending === 0 ? "none" : `${mappingCount(pending)} not yet as the circuit wants ${pending === 1 ? "it" : "them"}`,
    ],
    ["next probe", minutesToProbe === undefined ? undefined : inMinutes(minutesToProbe)],
    ["probe", probe && `topic ${oneLine(probe)}`],
  ];
  return facts.flatMap(([name, value]) => (value ? [[name, value] as [string, string]] : []));
}

function inStates(mappings: BreakerStatus["mappings"]): string {
  const states = Object.entries(mappings).filter(([, number]) => number > 0);
  const byName = states.toSorted(([one], [other]) => one.localeCompare(other));
  return byName.map(([state, number]) => `${count(number)} ${oneLine(state)}`).join(", ") || "none";
}

function inMinutes(minutes: number): string {
  const whole = Math.ceil(minutes);
  if (whole <= 0) return "due now";
  return `in ${count(whole)} minute${whole === 1 ? "" : "s"}`;
}

function mappingCount(number: number): string {
  return `${count(number)} mapping${number === 1 ? "" : "s"}`;
}
