import { type Ask, ask, type JsonAsks, type Place, text } from "./ask.ts";

/**
 * A batch needs the right to do what it does many times over:
 * https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-api-permissions-reference.html
 */
const ACTIONS: Readonly<Record<string, string>> = {
  SendMessage: "sqs:SendMessage",
  SendMessageBatch: "sqs:SendMessage",
  ReceiveMessage: "sqs:ReceiveMessage",
  DeleteMessage: "sqs:DeleteMessage",
  DeleteMessageBatch: "sqs:DeleteMessage",
  ChangeMessageVisibility: "sqs:ChangeMessageVisibility",
  ChangeMessageVisibilityBatch: "sqs:ChangeMessageVisibility",
  GetQueueAttributes: "sqs:GetQueueAttributes",
  GetQueueUrl: "sqs:GetQueueUrl",
  PurgeQueue: "sqs:PurgeQueue",
};

export function sqsAsks({ region, account }: Place): JsonAsks {
  const prefix = `arn:aws:sqs:${region}:${account}:`;
  /** The path of every message: an ask is made once for a queue and an action. */
  const known = new Map<string, readonly Ask[]>();
  return (action, input) => {
    // https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazonsqs.html
    if (action === "ListQueues") return [ask("sqs:ListQueues", `${prefix}*`)];
    const permission = ACTIONS[action];
    if (permission === undefined) return undefined;
    const url = text(input.QueueUrl);
    const name = action === "GetQueueUrl" ? text(input.QueueName) : url.slice(url.lastIndexOf("/") + 1);
    const key = permission + name;
    let asks = known.get(key);
    if (asks === undefined) {
      asks = [ask(permission, prefix + name)];
      if (known.size < MAX_KNOWN) known.set(key, asks);
    }
    return asks;
  };
}

/** More than a stack has queues and actions; what callers make up must not fill the memory. */
const MAX_KNOWN = 20_000;
