/** Does a piece of work, and tells what came of it in how many seconds. */
export async function timed<T>(work: () => Promise<T>, tell: (result: T, seconds: number) => void): Promise<T> {
  const started = performance.now();
  const result = await work();
  tell(result, (performance.now() - started) / 1000);
  return result;
}

/** What the user can act on as one text; a defect with its stack trace. */
export function explain(error: unknown): string {
  if (!(error instanceof Error)) {
    return String(error);
  }
  const isDefect = error instanceof TypeError || error instanceof ReferenceError || error instanceof RangeError;
  return isDefect ? (error.stack ?? error.message) : error.message;
}
