import { invalidParameter, invalidParameterValue } from "./errors.ts";
import type { Message, MessageAttribute } from "./message.ts";

/** A Publish request: of the right shape, its contents not yet judged. */
export interface PublishRequest {
  topicArn: string;
  message: Message;
}

const READ = ["Action", "Version", "TopicArn", "Message", "Subject"];
const ATTRIBUTE = /^MessageAttributes\.entry\.(\d+)\.(Name|Value\.DataType|Value\.StringValue|Value\.BinaryValue)$/;

/**
 * Messages go to topics only, the same for every protocol.
 *
 * @throws AwsError `InvalidParameter`, also of parameters that are not known here; `ParameterValueInvalid`.
 */
export function readPublish(parameters: URLSearchParams): PublishRequest {
  const entries = new Map<string, Record<string, string>>();
  for (const [name, value] of parameters) {
    const [, entry, part] = ATTRIBUTE.exec(name) ?? [];
    if (entry !== undefined && part !== undefined) entries.set(entry, { ...entries.get(entry), [part]: value });
    else if (!READ.includes(name)) throw invalidParameter(`${name} Reason: not known to the local cloud`);
  }
  return {
    topicArn: readTopicArn(parameters),
    message: {
      subject: parameters.get("Subject") ?? undefined,
      message: parameters.get("Message") ?? "",
      attributes: readAttributes([...entries.values()]),
    },
  };
}

function readTopicArn(parameters: URLSearchParams): string {
  const arn = parameters.get("TopicArn") ?? "";
  if (arn === "") throw invalidParameter("TopicArn or TargetArn Reason: no value for required parameter");
  const elements = arn.split(":").length;
  if (elements < 6) {
    throw invalidParameter(`TopicArn Reason: An ARN must have at least 6 elements, not ${elements}`);
  }
  return arn;
}

function readAttributes(entries: readonly Readonly<Record<string, string>>[]): Record<string, MessageAttribute> {
  const attributes = new Map<string, MessageAttribute>();
  for (const entry of entries) {
    const name = entry.Name ?? "";
    const type = entry["Value.DataType"] ?? "";
    const [value, other] = [entry["Value.StringValue"], entry["Value.BinaryValue"]];
    if (value !== undefined && other !== undefined) {
      throw invalidParameterValue(`The message attribute '${name}' must have one value, not two`);
    }
    if (attributes.has(name)) throw invalidParameterValue(`The message attribute '${name}' is given twice`);
    attributes.set(name, { type, value: (type === "Binary" ? other : value) ?? "" });
  }
  return Object.fromEntries(attributes);
}
