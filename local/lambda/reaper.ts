import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";

/**
 * Remembers the last list of process ids that it read; when its input ends, kills them, then removes a folder. A process
 * may still finish a call that makes a file after it was killed: then the folder is not empty, and is removed again.
 */
const SCRIPT = `while read -r line; do alive=$line; done
[ -z "$alive" ] || kill -9 $alive
[ -z "$1" ] || for try in 1 2 3 4 5; do rm -rf -- "$1" && break; sleep 0.2; done`;

/**
 * Ends the child processes when this process dies, however it dies: its end closes the reaper's input. A child in an
 * endless loop would never notice by itself that the Runtime API has gone. Their files go with them, if the folder is
 * given.
 */
export class Reaper {
  readonly #alive = new Set<number>();
  readonly #folder: string | undefined;
  #process: ChildProcess | undefined;

  /** @param folder Removed when this process dies and when the reaper is closed, once a process was watched. */
  constructor(folder?: string) {
    this.#folder = folder;
  }

  watch(pid: number): void {
    this.#process ??= start(this.#folder);
    this.#alive.add(pid);
    this.#tell();
  }

  /** A process id that has ended may soon be another's. */
  forget(pid: number): void {
    this.#alive.delete(pid);
    this.#tell();
  }

  async close(): Promise<void> {
    const reaper = this.#process;
    this.#process = undefined;
    if (reaper?.pid !== undefined && reaper.exitCode === null) {
      reaper.stdin?.end();
      await once(reaper, "exit");
    }
  }

  #tell(): void {
    this.#process?.stdin?.write(`${[...this.#alive].join(" ")}\n`);
  }
}

function start(folder = ""): ChildProcess {
  // Its own process group: a Ctrl-C for the terminal's group must not end it before the others.
  const reaper = spawn("sh", ["-c", SCRIPT, "reaper", folder], { detached: true, stdio: ["pipe", "ignore", "ignore"] });
  reaper.on("error", () => {});
  reaper.stdin?.on("error", () => {});
  return reaper;
}
