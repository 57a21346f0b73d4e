import { AwsError } from "../api/errors.ts";
import { type Input, optionalInteger, optionalText } from "./input.ts";

/** https://docs.aws.amazon.com/step-functions/latest/apireference/API_ListExecutions.html */
const DEFAULT_RESULTS = 100;
const MAX_RESULTS = 1_000;

/**
 * One page of a list.
 *
 * @param input `maxResults` (0: the default) and `nextToken`.
 * @param keyOf What tells an item from the others; the token names the last item of the page before.
 * @throws AwsError `InvalidToken`, `ValidationException`
 */
export function page<T>(
  items: readonly T[],
  input: Input,
  keyOf: (item: T) => string,
): { items: readonly T[]; nextToken: string | undefined } {
  const size = optionalInteger(input, "maxResults", { min: 0, max: MAX_RESULTS }) || DEFAULT_RESULTS;
  const token = optionalText(input, "nextToken");
  const start = token === undefined ? 0 : items.findIndex((item) => tokenOf(keyOf(item)) === token) + 1;
  if (token !== undefined && start === 0) throw new AwsError("InvalidToken", "Invalid Token");
  const found = items.slice(start, start + size);
  const last = found.at(-1);
  const isLast = last === undefined || start + size >= items.length;
  return { items: found, nextToken: isLast ? undefined : tokenOf(keyOf(last)) };
}

function tokenOf(key: string): string {
  return Buffer.from(key).toString("base64url");
}
