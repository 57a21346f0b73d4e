import { invalidParameter, invalidParameterValue } from "./errors.ts";

/** https://docs.aws.amazon.com/sns/latest/api/API_MessageAttributeValue.html */
export interface MessageAttribute {
  type: string;
  /** Base64 of a binary value. */
  value: string;
}

/** What is published. */
export interface Message {
  subject?: string | undefined;
  message: string;
  attributes?: Readonly<Record<string, MessageAttribute>> | undefined;
}

/** "By default": a topic's MaximumMessageSize can be more, which the provider cannot set. */
export const MAX_MESSAGE_BYTES = 262_144;

/** "Less than 100 characters long", says AWS; a hundred are known to pass [?]. */
const MAX_SUBJECT_CHARACTERS = 100;

/**
 * Checks a message as SNS does (https://docs.aws.amazon.com/sns/latest/api/API_Publish.html).
 *
 * @throws AwsError `InvalidParameter`, or `ParameterValueInvalid` of an attribute.
 */
export function checkMessage({ subject, message, attributes = {} }: Message): void {
  if (message === "") throw invalidParameter("Empty message");
  if (subject !== undefined) checkSubject(subject);
  let bytes = Buffer.byteLength(message);
  for (const [name, attribute] of Object.entries(attributes)) {
    checkAttribute(name, attribute);
    bytes += attributeBytes(name, attribute);
  }
  if (bytes > MAX_MESSAGE_BYTES) {
    throw invalidParameter(`Message Reason: Message must be shorter than ${MAX_MESSAGE_BYTES} bytes`);
  }
}

/** "UTF-8 text with no line breaks or control characters." */
function checkSubject(subject: string): void {
  if (subject === "" || subject.length > MAX_SUBJECT_CHARACTERS || /\p{Cc}|\p{Zl}|\p{Zp}/u.test(subject)) {
    throw invalidParameter("Subject");
  }
}

const NAME = /^[A-Za-z0-9_.-]{1,256}$/;
const RESERVED_NAME = /^(?:aws|amazon)\./i;
const TYPES = ["String", "String.Array", "Number", "Binary"];

/** https://docs.aws.amazon.com/sns/latest/dg/sns-message-attributes.html */
function checkAttribute(name: string, { type, value }: MessageAttribute): void {
  const outerPeriod = name.startsWith(".") || name.endsWith(".");
  if (!NAME.test(name) || RESERVED_NAME.test(name) || outerPeriod || name.includes("..")) {
    throw invalidParameterValue(`The message attribute name '${name}' is invalid`);
  }
  if (!TYPES.includes(type)) {
    throw invalidParameterValue(
      `The message attribute '${name}' has an invalid message attribute type, the set of supported type prefixes is Binary, Number, and String.`,
    );
  }
  if (value === "") {
    throw invalidParameterValue(`The message attribute '${name}' must contain non-empty message attribute value.`);
  }
}

function attributeBytes(name: string, { type, value }: MessageAttribute): number {
  const valueBytes = Buffer.byteLength(value, type === "Binary" ? "base64" : "utf8");
  return Buffer.byteLength(name) + Buffer.byteLength(type) + valueBytes;
}
