import { readFileSync } from "node:fs";

/** Of Linux's /proc: clock ticks a second. */
const TICKS = 100;

/** CPU seconds that processes have used so far, by name; nothing for those of which the machine does not tell (no /proc). */
export function cpuSeconds(
  processes: readonly (readonly [name: string, pid: number | undefined])[],
): Record<string, number> {
  const spent: Record<string, number> = {};
  for (const [name, pid] of processes) {
    const seconds = pid === undefined ? undefined : secondsOf(pid);
    if (seconds !== undefined) spent[name] = (spent[name] ?? 0) + seconds;
  }
  return spent;
}

/** https://man7.org/linux/man-pages/man5/proc_pid_stat.5.html: fields 14 and 15, counted after the name in brackets. */
function secondsOf(pid: number): number | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
    const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
    return (Number(fields[11]) + Number(fields[12])) / TICKS;
  } catch {
    return undefined;
  }
}
