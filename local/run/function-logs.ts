import { appendFileSync, mkdirSync, rmSync } from "node:fs";
import { join } from "node:path";

/** The functions' output, a file each, made anew by each run. */
export class FunctionLogs {
  readonly folder: string;

  constructor(stack: string) {
    this.folder = join(".local", stack, "logs");
    rmSync(this.folder, { recursive: true, force: true });
    mkdirSync(this.folder, { recursive: true });
  }

  /** Written at once: the last lines before a crash are those that matter. */
  write(functionName: string, line: string): void {
    appendFileSync(join(this.folder, `${functionName}.log`), `${line}\n`);
  }
}
