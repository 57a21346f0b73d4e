import { fileURLToPath } from "node:url";
import { readStackFiles } from "../graph/stack-files.ts";
import { PACK, type PackProcess, startPack } from "../policy/pack-process.ts";
import { ProducerProcess } from "../producer/process.ts";
import { Interrupt } from "./interrupt.ts";
import type { RunOptions } from "./options.ts";

const ROOT = fileURLToPath(new URL("../../", import.meta.url));

/**
 * The processes beside a run's own, which load what they need while that does the same; and what a Ctrl-C asks of it from
 * then on. So this imports little.
 */
export class Companions {
  readonly interrupt = new Interrupt();
  /** Undefined where there is nothing to send. */
  readonly producer: ProducerProcess | undefined;
  /** Rejects where the pack does not start, or the stack has no settings. */
  readonly pack: Promise<PackProcess>;

  /** @param pack The policy pack's folder. */
  constructor(options: RunOptions, pack: string = PACK) {
    const { stack } = options;
    this.producer = sends(options) ? new ProducerProcess() : undefined;
    this.pack = (async () => startPack(pack, readStackFiles(ROOT, stack).project, stack))();
    // Told when it is asked for.
    this.pack.catch(() => undefined);
  }

  /** Ends all of it. */
  async close(): Promise<void> {
    this.interrupt.dispose();
    this.producer?.close();
    await this.pack.then(
      (pack) => pack.stop(),
      () => undefined,
    );
  }
}

/** Whether there is anything to send at all. */
function sends({ records, input, serve }: RunOptions): boolean {
  return !serve || records > 0 || input !== undefined;
}
