import { ask, type JsonAsks, type Place, text } from "./ask.ts";

const OF_A_STREAM = new Set(["PutRecord", "PutRecordBatch", "DescribeDeliveryStream"]);

/** https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazonkinesisfirehose.html */
export function firehoseAsks({ region, account }: Place): JsonAsks {
  const prefix = `arn:aws:firehose:${region}:${account}:deliverystream/`;
  return (action, input) => {
    if (action === "ListDeliveryStreams") return [ask("firehose:ListDeliveryStreams", "*")];
    if (!OF_A_STREAM.has(action)) return undefined;
    return [ask(`firehose:${action}`, prefix + text(input.DeliveryStreamName))];
  };
}
