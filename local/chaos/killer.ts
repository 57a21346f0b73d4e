import { namedRandom } from "../input/random.ts";

/** A process that can be killed. */
interface Victim {
  readonly functionName: string;
  readonly alive: boolean;
  kill(): Promise<void>;
}

/** Between two kills, real milliseconds: from half of it to one and a half times. */
const INTERVAL_MS = 5000;

/** Kills the functions' processes at random, whatever they do, and counts. */
export class Killer {
  /** By function. */
  readonly killed: Record<string, number> = {};
  readonly #random: () => number;
  readonly #victims: () => readonly Victim[];
  #timer: NodeJS.Timeout | undefined;

  constructor(victims: () => readonly Victim[], seed: number) {
    this.#victims = victims;
    this.#random = namedRandom(seed, "kill");
  }

  start(): void {
    this.#timer = setTimeout(
      () => {
        this.strike();
        this.start();
      },
      INTERVAL_MS * (0.5 + this.#random()),
    );
  }

  stop(): void {
    clearTimeout(this.#timer);
  }

  /** Kills one process, each of those that live as likely as the others. */
  strike(): void {
    const alive = this.#victims().filter((victim) => victim.alive);
    const victim = alive[Math.floor(this.#random() * alive.length)];
    if (victim === undefined) return;
    this.killed[victim.functionName] = (this.killed[victim.functionName] ?? 0) + 1;
    void victim.kill();
  }
}
