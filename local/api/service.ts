/** A service that speaks one of AWS's JSON protocols (https://smithy.io/2.0/aws/protocols/aws-json-1_1-protocol.html). */
export interface JsonService {
  /** The service's name in a request's credential scope, for example `sqs`. */
  readonly name: string;
  readonly contentType: "application/x-amz-json-1.0" | "application/x-amz-json-1.1";
  /** Answers one call with the response body, or throws an AwsError. `input` is untrusted JSON. */
  call(action: string, input: Record<string, unknown>): Promise<unknown>;
}
