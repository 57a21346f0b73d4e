/** How an invocation ended; AWS answers 200 either way and says `FunctionError` where the function failed. */
export interface Invocation {
  /** The response, or the error object (`errorType`, `errorMessage`, `trace`), as JSON text. */
  readonly payload: string;
  /**
   * What `JSON.parse` of the payload gives, for less than that costs; absent where it would cost as much.
   *
   * @throws SyntaxError
   */
  readonly parsed?: () => unknown;
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
