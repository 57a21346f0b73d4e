import assert from "node:assert/strict";
import { InvalidArgumentException, ServiceUnavailableException } from "@aws-sdk/client-firehose";
import { KmsThrottled, QueueDoesNotExist, RequestThrottled } from "@aws-sdk/client-sqs";
import { DeadlineError } from "../../../functions/common/deadline.ts";
import { entryFailure, thrownFailure } from "../../../functions/sqs-processor/dependency-failure.ts";

const metadata = (httpStatusCode: number) => ({ $metadata: { httpStatusCode }, message: "" });
const named = (name: string, more: object = {}) =>
  Object.assign(new Error("timeout, throttling, denied"), { name, ...more });

describe("thrownFailure", () => {
  const cases: [expected: string, what: string, error: unknown][] = [
    ["THROTTLED", "an SDK error by its name", named("ThrottlingException", metadata(400))],
    ["THROTTLED", "a status 429", named("Whatever", metadata(429))],
    ["THROTTLED", "SQS's RequestThrottled", new RequestThrottled(metadata(403))],
    ["THROTTLED", "Firehose's ServiceUnavailableException", new ServiceUnavailableException(metadata(503))],
    ["UNAVAILABLE", "a status 503 by any other name", named("ServiceUnavailable", metadata(503))],
    ["UNAVAILABLE", "Firehose's InternalFailure", named("InternalFailure", metadata(500))],
    ["UNAVAILABLE", "a time-out", named("TimeoutError")],
    ["UNAVAILABLE", "a broken connection", named("Error", { code: "ECONNRESET" })],
    ["UNAVAILABLE", "a status 501", named("Whatever", metadata(501))],
    ["UNAVAILABLE", "a call for which there was no time", new DeadlineError()],
    ["REFUSED", "a missing permission", named("AccessDeniedException", metadata(400))],
    ["REFUSED", "a missing queue", new QueueDoesNotExist(metadata(400))],
    ["REFUSED", "an invalid argument", new InvalidArgumentException(metadata(400))],
    ["REFUSED", "an error whose text alone speaks of time-outs", named("Error")],
    ["REFUSED", "what is no error", "timeout"],
  ];
  for (const [expected, what, error] of cases) {
    it(`is ${expected} for ${what}`, () => assert.equal(thrownFailure(error), expected));
  }

  it("takes an error that the SDK's client marks as passing for that, whatever its name", () => {
    assert.equal(thrownFailure(Object.assign(new KmsThrottled(metadata(400)), { $retryable: {} })), "UNAVAILABLE");
  });
});

describe("entryFailure", () => {
  const cases: [expected: string, what: string, code: string | undefined, senderFault?: boolean][] = [
    ["THROTTLED", "Firehose's ServiceUnavailableException", "ServiceUnavailableException"],
    ["UNAVAILABLE", "Firehose's InternalFailure", "InternalFailure"],
    ["UNAVAILABLE", "no answer", undefined],
    ["UNAVAILABLE", "an error that SQS calls its own", "Whatever", false],
    ["THROTTLED", "a throttled entry", "RequestThrottled", true],
    ["REFUSED", "an error that SQS calls the sender's", "InvalidMessageContents", true],
    ["REFUSED", "a code that Firehose does not document", "Whatever"],
  ];
  for (const [expected, what, code, senderFault] of cases) {
    it(`is ${expected} for ${what}`, () => assert.equal(entryFailure(code, senderFault), expected));
  }
});
