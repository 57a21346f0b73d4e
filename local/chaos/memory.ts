import { execFile } from "node:child_process";
import { promisify } from "node:util";

const run = promisify(execFile);
const INTERVAL_MS = 2000;
const MIB = 2 ** 20;

/** Resident memory of one kind of process, MiB. */
export interface MemoryUse {
  /** The most that any one of them had. */
  peak: number;
  /** The most in the first and in the last third of the time: without a leak they are alike. */
  early: number;
  late: number;
}

/** A process that is watched. */
interface Watched {
  readonly functionName: string;
  /** Undefined before it started. */
  readonly pid: number | undefined;
}

/** Watches the resident memory of this process and of others, by what they are. */
export class MemoryWatch {
  readonly #processes: () => Iterable<Watched>;
  /** By name, MiB. */
  readonly #samples = new Map<string, { at: number; mebibytes: number }[]>();
  #timer: NodeJS.Timeout | undefined;

  constructor(processes: () => Iterable<Watched>) {
    this.#processes = processes;
  }

  start(): void {
    this.#timer = setInterval(() => void this.#sample(), INTERVAL_MS);
  }

  stop(): void {
    clearInterval(this.#timer);
  }

  /** By name; only this process's own where the machine has no `ps`. */
  uses(): Record<string, MemoryUse> {
    const all = [...this.#samples.values()].flat().map(({ at }) => at);
    const [first, last] = [Math.min(...all), Math.max(...all)];
    const third = (last - first) / 3;
    return Object.fromEntries(
      [...this.#samples].map(([name, samples]) => {
        const most = (chosen: typeof samples) => Math.round(Math.max(0, ...chosen.map(({ mebibytes }) => mebibytes)));
        const early = samples.filter(({ at }) => at <= first + third);
        const late = samples.filter(({ at }) => at >= last - third);
        return [name, { peak: most(samples), early: most(early), late: most(late) }];
      }),
    );
  }

  async #sample(): Promise<void> {
    const at = performance.now();
    this.#add("local cloud", at, process.memoryUsage.rss() / MIB);
    const names = new Map<number, string>();
    for (const { pid, functionName } of this.#processes()) if (pid !== undefined) names.set(pid, functionName);
    if (names.size === 0) return;
    // A process may end in between, and then `ps` says so with its exit code.
    const { stdout } = await run("ps", ["-o", "pid=,rss=", "-p", [...names.keys()].join(",")]).catch(() => ({
      stdout: "",
    }));
    for (const line of stdout.trim().split("\n")) {
      const [pid, kibibytes] = line.trim().split(/\s+/).map(Number);
      const name = names.get(pid ?? -1);
      if (name !== undefined && kibibytes !== undefined) this.#add(name, at, kibibytes / 1024);
    }
  }

  #add(name: string, at: number, mebibytes: number): void {
    const samples = this.#samples.get(name) ?? [];
    this.#samples.set(name, samples);
    samples.push({ at, mebibytes });
  }
}
