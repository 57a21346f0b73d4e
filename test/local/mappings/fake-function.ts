import { Concurrency } from "../../../local/lambda/concurrency.ts";
import type { FunctionInvoker, Invocation } from "../../../local/lambda/invoker.ts";

export const functionArn = "arn:aws:lambda:eu-west-1:123456789012:function:sqs-processor";

interface Call {
  ids: string[];
  payload: string;
  answer(invocation: Partial<Invocation>): void;
}

/** A function whose invocations a test answers by hand, with Lambda's own accounting of concurrency. */
export class FakeFunction implements FunctionInvoker {
  /** Those not yet answered, oldest first. */
  readonly running: Call[] = [];
  /** The message ids of every invocation so far. */
  readonly batches: string[][] = [];
  /** Invocations asked for, the throttled ones included. */
  attempts = 0;
  readonly slots: Concurrency;

  constructor({ reserved, slots = 100 }: { reserved?: number; slots?: number } = {}) {
    this.slots = new Concurrency([{ arn: functionArn, name: "sqs-processor", reservedConcurrency: reserved }], {
      accountConcurrency: 1000,
      slotsPerFunction: slots,
    });
  }

  async invoke(arn: string, bytes: string | Buffer): Promise<Invocation> {
    const payload = String(bytes);
    this.attempts += 1;
    this.slots.acquire(arn);
    const { Records } = JSON.parse(payload) as { Records: { messageId: string }[] };
    const ids = Records.map(({ messageId }) => messageId);
    this.batches.push(ids);
    const { promise, resolve } = Promise.withResolvers<Invocation>();
    const call: Call = {
      ids,
      payload,
      answer: (invocation) => {
        this.running.splice(this.running.indexOf(call), 1);
        resolve({ payload: "null", ...invocation });
      },
    };
    this.running.push(call);
    try {
      return await promise;
    } finally {
      this.slots.release(arn);
    }
  }

  /** Answers every running invocation with success. */
  succeed(): void {
    for (const call of [...this.running]) {
      call.answer({});
    }
  }
}
