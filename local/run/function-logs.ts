import { appendFileSync, mkdirSync, readdirSync, rmSync } from "node:fs";
import { join } from "node:path";

/** Runs whose logs are kept, the latest ones. */
const KEPT_RUNS = 10;

/** The functions' output: a folder for each run, since two may be under way at once, with a file for each function. */
export class FunctionLogs {
  readonly folder: string;

  /** @param parent `.local/{stack}/logs`, made where it is missing. */
  constructor(parent: string) {
    const started = new Date().toISOString().replaceAll(":", "-");
    this.folder = join(parent, `${started}-${process.pid}`);
    forgiven(() => {
      mkdirSync(this.folder, { recursive: true });
      for (const old of readdirSync(parent).sort().slice(0, -KEPT_RUNS)) {
        rmSync(join(parent, old), { recursive: true, force: true });
      }
    });
  }

  /**
   * Written at once: the last lines before a crash are those that matter. A line that cannot be written is dropped, as
   * the run is worth more than its logs.
   */
  write(functionName: string, line: string): void {
    const append = () => appendFileSync(join(this.folder, `${functionName}.log`), `${line}\n`);
    if (!forgiven(append)) {
      // Somebody may have cleaned up meanwhile.
      forgiven(() => mkdirSync(this.folder, { recursive: true }));
      forgiven(append);
    }
  }
}

function forgiven(work: () => void): boolean {
  try {
    work();
    return true;
  } catch {
    return false;
  }
}
