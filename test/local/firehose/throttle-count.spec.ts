import assert from "node:assert/strict";
import { AwsError } from "../../../local/api/errors.ts";
import type { JsonService } from "../../../local/api/service.ts";
import { countThrottles } from "../../../local/firehose/throttle-count.ts";
import { newStream } from "./fixtures.ts";

const DeliveryStreamName = "events";
const Records = [{ Data: "YQ==" }, { Data: "Yg==" }, { Data: "Yw==" }];

/** @param answer What the Firehose in front of the streams does. */
function counted(answer: () => Promise<unknown>) {
  const { stream } = newStream();
  const inner: JsonService = { name: "firehose", contentType: "application/x-amz-json-1.1", call: answer };
  const service = countThrottles(inner, new Map([["events", stream]]));
  return { service, throttled: () => stream.metrics.read("ThrottledRecords").sum };
}

function failing(name: string) {
  return counted(async () => {
    throw new AwsError(name, "Slow down.", { status: 503 });
  });
}

describe("the count of throttled records", () => {
  it("takes every record of a put that is throttled as a whole", async () => {
    const { service, throttled } = failing("ServiceUnavailableException");
    await assert.rejects(service.call("PutRecordBatch", { DeliveryStreamName, Records }), { message: "Slow down." });
    assert.equal(throttled(), 3);
    await assert.rejects(service.call("PutRecord", { DeliveryStreamName, Record: Records[0] }));
    assert.equal(throttled(), 4);
  });

  it("takes those of a batch that are throttled alone", async () => {
    const output = {
      FailedPutCount: 2,
      RequestResponses: [
        { ErrorCode: "ServiceUnavailableException", ErrorMessage: "Slow down." },
        { RecordId: "1" },
        { ErrorCode: "InternalFailure", ErrorMessage: "" },
      ],
    };
    const { service, throttled } = counted(async () => output);
    assert.equal(await service.call("PutRecordBatch", { DeliveryStreamName, Records }), output);
    assert.equal(throttled(), 1);
  });

  it("leaves other errors alone, and calls that bring no records", async () => {
    const broken = failing("InternalFailure");
    await assert.rejects(broken.service.call("PutRecordBatch", { DeliveryStreamName, Records }));
    assert.equal(broken.throttled(), 0);
    const away = failing("ServiceUnavailableException");
    await assert.rejects(away.service.call("DescribeDeliveryStream", { DeliveryStreamName }));
    await assert.rejects(away.service.call("PutRecordBatch", { DeliveryStreamName, Records: "none" }));
    await assert.rejects(away.service.call("PutRecordBatch", { DeliveryStreamName: {}, Records }));
    assert.equal(away.throttled(), 0);
  });
});
