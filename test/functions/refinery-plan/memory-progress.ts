import type { Complete, Progress, ProgressStore, StepFailure } from "../../../functions/refinery-plan/progress.ts";

/** PROGRESS items without a DynamoDB; what it must do is in progress.spec.ts. */
export class MemoryProgress implements ProgressStore {
  /** By topic. */
  readonly items = new Map<string, Progress>();

  async read(): Promise<Map<string, Progress>> {
    return structuredClone(this.items);
  }

  async completed(topic: string, runAt: number, complete: Complete): Promise<boolean> {
    if (this.#isOvertaken(topic, runAt)) return false;
    this.items.set(topic, { kind: "PROGRESS", id: topic, run_at: runAt, complete: structuredClone(complete) });
    return true;
  }

  async failed(topic: string, runAt: number, failed: StepFailure): Promise<boolean> {
    if (this.#isOvertaken(topic, runAt)) return false;
    this.items.set(topic, { ...this.items.get(topic), kind: "PROGRESS", id: topic, run_at: runAt, failed });
    return true;
  }

  #isOvertaken(topic: string, runAt: number): boolean {
    return (this.items.get(topic)?.run_at ?? 0) > runAt;
  }
}
