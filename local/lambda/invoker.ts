/** How an invocation ended; AWS answers 200 either way and says `FunctionError` where the function failed. */
export interface Invocation {
  /** The response, or the error object (`errorType`, `errorMessage`, `trace`), as JSON text. */
  readonly payload: string;
  /**
   * Gives what `JSON.parse` of the payload does, for less than that costs, and lets the payload go, which cannot be read
   * afterwards: whatever waited for a long answer is old to the garbage collector by then, and would keep it for as long
   * again. Absent where none of this is worth while.
   *
   * @throws SyntaxError
   */
  readonly takeParsed?: () => unknown;
  /** `Unhandled`: the function threw, timed out, or its process died. Absent on success. */
  functionError?: "Unhandled";
}

/** What the mappings and Firehose need of the Lambda service. */
export interface FunctionInvoker {
  /**
   * Invokes synchronously. `payload` is JSON text of at most 6 MiB, as a string or in UTF-8
   * (https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html).
   *
   * @throws AwsError `TooManyRequestsException` when the reserved concurrency is used up,
   *   `ResourceNotFoundException`, `RequestTooLargeException`.
   */
  invoke(functionArn: string, payload: string | Buffer): Promise<Invocation>;
}
