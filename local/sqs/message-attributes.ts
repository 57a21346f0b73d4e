import type { AwsError } from "../api/errors.ts";
import { invalidParameterValue, unsupportedOperation } from "./errors.ts";
import { type Input, optionalString, structureMap, unreadable } from "./input.ts";
import { MAX_MESSAGE_ATTRIBUTES } from "./limits.ts";
import type { MessageAttribute } from "./types.ts";

export type MessageAttributes = Record<string, MessageAttribute>;

const BASE64 = /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/;
/** AWS documents ASCII letters and takes others too. */
const NAME = /^[\p{L}\p{N}_.-]{1,256}$/u;
const RESERVED_NAME = /^(?:aws|amazon)\./i;
const DATA_TYPE = /^(String|Number|Binary)(?:\..+)?$/s;
const NUMBER = /^[+-]?(\d*)\.?(\d*)(?:[eE]([+-]?\d{1,4}))?$/;

/** What XML and so SQS cannot carry. Lone surrogates besides, which no class of a plain regular expression matches. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: these are the characters to refuse
const FORBIDDEN = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/;

/** https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_SendMessage.html#SQS-SendMessage-request-MessageBody */
export function hasOnlyAllowedCharacters(text: string): boolean {
  return !FORBIDDEN.test(text) && text.isWellFormed();
}

/** Reads the shape of `MessageAttributes` or `MessageSystemAttributes`; undefined where there are none. */
export function readAttributes(input: Input, member: string): MessageAttributes | undefined {
  const attributes: MessageAttributes = {};
  let count = 0;
  for (const [name, value] of Object.entries(structureMap(input, member))) {
    if (value.StringListValues || value.BinaryListValues) {
      throw unsupportedOperation("Message attribute list values in SendMessage operation are not supported.");
    }
    const attribute: MessageAttribute = { DataType: optionalString(value, "DataType") ?? "" };
    const text = optionalString(value, "StringValue");
    const bytes = optionalString(value, "BinaryValue");
    if (text !== undefined) {
      attribute.StringValue = text;
    }
    if (bytes !== undefined) {
      if (!BASE64.test(bytes)) {
        throw unreadable("BinaryValue", "base64");
      }
      attribute.BinaryValue = bytes;
    }
    attributes[name] = attribute;
    count += 1;
  }
  return count === 0 ? undefined : attributes;
}

/**
 * Names, types and values as SQS allows them.
 * https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-message-metadata.html
 *
 * @throws AwsError `InvalidParameterValueException`.
 */
export function validateAttributes(attributes: MessageAttributes): void {
  const entries = Object.entries(attributes);
  if (entries.length > MAX_MESSAGE_ATTRIBUTES) {
    throw invalidParameterValue(
      `Number of message attributes [${entries.length}] exceeds the allowed maximum [${MAX_MESSAGE_ATTRIBUTES}].`,
    );
  }
  for (const [name, attribute] of entries) {
    validateName(name);
    validateValue(name, attribute);
  }
}

function validateName(name: string): void {
  const outerPeriod = name.startsWith(".") || name.endsWith(".");
  if (!NAME.test(name) || RESERVED_NAME.test(name) || outerPeriod || name.includes("..")) {
    throw invalidParameterValue(
      `The message attribute name '${name}' is invalid. Attribute name can contain A-Z, a-z, 0-9, underscore (_), hyphen (-), and period (.) characters, must not start or end with a period, have successive periods, start with AWS. or Amazon., and is at most 256 long.`,
    );
  }
}

function validateValue(name: string, attribute: MessageAttribute): void {
  const { DataType: type, StringValue: text, BinaryValue: bytes } = attribute;
  if (type === "") {
    throw invalidParameterValue(`The message attribute '${name}' must contain a non-empty message attribute type.`);
  }
  const base = DATA_TYPE.exec(type)?.[1];
  if (base === undefined || type.length > 256) {
    throw invalidParameterValue(
      `The type of message (user) attribute '${name}' is invalid. You must use only the following supported type prefixes: Binary, Number, String.`,
    );
  }
  const [value, other] = base === "Binary" ? [bytes, text] : [text, bytes];
  if (value === undefined || value === "" || other !== undefined) {
    throw invalidParameterValue(`Message (user) attribute '${name}' must contain a non-empty value of type '${base}'.`);
  }
  if (base === "Number") {
    validateNumber(name, value);
  } else if (base === "String" && !hasOnlyAllowedCharacters(value)) {
    throw invalidParameterValue(`Message (user) attribute '${name}' value contains invalid characters.`);
  }
}

/** Up to 38 digits of precision, between 10^-128 and 10^+126 in magnitude. */
function validateNumber(name: string, value: string): void {
  const [, whole = "", fraction = "", power = "0"] = NUMBER.exec(value) ?? [];
  if (whole + fraction === "") {
    throw notANumber(name);
  }
  const significant = `${whole}${fraction}`.replace(/^0+/, "");
  const digits = significant.replace(/0+$/, "").length;
  // The place of the first digit that is not zero: 0 for units, -1 for tenths.
  const magnitude = significant.length - fraction.length - 1 + Number(power);
  if (digits > 38 || (digits > 0 && (magnitude < -128 || magnitude > 126))) {
    throw notANumber(name);
  }
}

function notANumber(name: string): AwsError {
  return invalidParameterValue(`Can't cast the value of message (user) attribute '${name}' to a number.`);
}
