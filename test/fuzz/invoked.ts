import assert from "node:assert/strict";
import type { VirtualClock } from "../support/virtual-clock.ts";

/** How an invocation ended. */
export type Ended = { answer: unknown; thrown?: undefined } | { answer?: undefined; thrown: Error };

/** No function has more. */
const LONGEST_MS = 900_000;

/** So many turns of the event loop to each virtual second: what zlib does takes real time. */
const TURNS = 10;
/** Of real time, after which an invocation counts as one that never ends. */
const PATIENCE_MS = 10_000;

/** Characters of an error's message. */
const LONGEST_ERROR = 2000;

/**
 * Waits for an invocation as Lambda does: what it answers goes through JSON.
 *
 * @throws AssertionError where it never ends, answers what has no JSON, or fails with an endless message.
 */
export async function invoked(answer: Promise<unknown>, clock: VirtualClock): Promise<Ended> {
  let ended: Ended | undefined;
  answer
    .then(
      (value) => {
        ended = { answer: value === undefined ? undefined : JSON.parse(JSON.stringify(value)) };
      },
      (error: unknown) => {
        ended = { thrown: error instanceof Error ? error : new Error(String(error)) };
      },
    )
    .catch((error: unknown) => {
      ended = { thrown: new Error(`the answer has no JSON: ${error}`) };
    });
  const [latest, patience] = [clock.now() + LONGEST_MS, performance.now() + PATIENCE_MS];
  for (let turn = 1; ended === undefined && (clock.now() < latest || performance.now() < patience); turn++) {
    await clock.advance(turn % TURNS === 0 && clock.now() < latest ? 1000 : 0);
    await new Promise((resolve) => setImmediate(resolve));
  }
  assert.ok(ended !== undefined, "the invocation never ended");
  const told = ended.thrown?.message.length ?? 0;
  // Lambda logs it, and hands it to whoever waits for the answer.
  assert.ok(told <= LONGEST_ERROR, `an error of ${told} characters`);
  return ended;
}

/** An error that somebody threw on purpose, and no defect of the code's. */
export function isMeant(error: Error): boolean {
  return !(error instanceof TypeError || error instanceof RangeError || error instanceof ReferenceError);
}

/**
 * The messages of a batch that SQS, or the stream, delivers again: those that the answer names, or all where the
 * invocation failed, or the answer names what was not in the batch, or nothing
 * (https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-errorhandling.html).
 */
export function deliveredAgain(ids: readonly unknown[], ended: Ended): ReadonlySet<unknown> {
  if (ended.thrown !== undefined) return new Set(ids);
  const { batchItemFailures } = ended.answer as { batchItemFailures?: { itemIdentifier?: unknown }[] | null };
  const named = (batchItemFailures ?? []).map(({ itemIdentifier }) => itemIdentifier);
  const isWhole = named.every((id) => typeof id === "string" && id !== "" && ids.includes(id));
  return new Set(isWhole ? named : ids);
}
