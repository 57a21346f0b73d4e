/** What an operator can act on: its message is all there is to say. */
export class OperatorError extends Error {
  override readonly name = "OperatorError";
}
