/** Who made a call, as its signature says; nothing of it is verified. */
export interface Caller {
  /** Of a function's execution role, or a client's own. */
  accessKeyId: string;
  /** Each execution environment has a session of its own; undefined for long-term credentials. */
  sessionToken: string | undefined;
}

/** A service that speaks one of AWS's JSON protocols (https://smithy.io/2.0/aws/protocols/aws-json-1_1-protocol.html). */
export interface JsonService {
  /** The service's name in a request's credential scope, for example `sqs`. */
  readonly name: string;
  readonly contentType: "application/x-amz-json-1.0" | "application/x-amz-json-1.1";
  /**
   * Answers one call with the response body, or throws an AwsError. `input` is untrusted JSON.
   *
   * @param caller Undefined for a call from within the local cloud.
   */
  call(action: string, input: Record<string, unknown>, caller?: Caller): Promise<unknown>;
}
