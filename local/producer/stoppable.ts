/** The values until `signal` aborts; how their source takes its end is nobody's concern then. */
export async function* stoppable<T>(values: AsyncIterable<T> | Iterable<T>, signal: AbortSignal): AsyncGenerator<T> {
  try {
    for await (const value of values) {
      if (signal.aborted) {
        return;
      }
      yield value;
    }
  } catch (error) {
    if (!signal.aborted) {
      throw error;
    }
  }
}
