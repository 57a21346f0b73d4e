import { type Ask, ask, type JsonAsks, type Place, text } from "./ask.ts";

const OF_A_STREAM = new Set(["PutRecord", "PutRecordBatch", "DescribeDeliveryStream"]);

/** https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazonkinesisfirehose.html */
export function firehoseAsks({ region, account }: Place): JsonAsks {
  const prefix = `arn:aws:firehose:${region}:${account}:deliverystream/`;
  /** The path of every record: an ask is made once for a stream and an action. */
  const known = new Map<string, readonly Ask[]>();
  return (action, input) => {
    if (action === "ListDeliveryStreams") return [ask("firehose:ListDeliveryStreams", "*")];
    if (!OF_A_STREAM.has(action)) return undefined;
    const name = text(input.DeliveryStreamName);
    const key = `${action} ${name}`;
    let asks = known.get(key);
    if (asks === undefined) {
      asks = [ask(`firehose:${action}`, prefix + name)];
      if (known.size < MAX_KNOWN) known.set(key, asks);
    }
    return asks;
  };
}

/** What callers make up must not fill the memory. */
const MAX_KNOWN = 1_000;
