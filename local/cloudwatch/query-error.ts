/** An expression, a query or a set of them that CloudWatch would refuse, or that the local cloud cannot work out. */
export class QueryError extends Error {
  override readonly name = "QueryError";

  /** @param at Index of the character that the message is about. */
  constructor(message: string, at?: number) {
    super(at === undefined ? message : `${message} (at character ${at + 1})`);
  }
}

/** @throws QueryError of `run`, with the id of the query that it is about. */
export function concerning<T>(id: string, run: () => T): T {
  try {
    return run();
  } catch (error) {
    if (error instanceof QueryError) throw new QueryError(`${id}: ${error.message}`);
    throw error;
  }
}
