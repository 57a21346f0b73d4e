import { isUtf8 } from "node:buffer";
import { type BusinessKeys, businessKeys, CARRIER_KEYS, type Located, stringToken } from "./business-keys.ts";
import { Drop } from "./drop.ts";
import { JsonScanner, type ScannedValue, Shape } from "./json-scan.ts";
import type { SqsOrigin } from "./origin.ts";
import { epochMicros } from "./publish-time.ts";

/** What a body says. Tokens are JSON, as they stand in the body. */
export interface Envelope {
  /** JSON string. */
  messageId: string;
  /** Epoch microseconds, in decimal digits. */
  publishTime: string;
  keys: BusinessKeys;
  /** The payload's text as it stands inside a JSON string, in UTF-8. Valid until the next body is read. */
  payload: Uint8Array;
}

const PAYLOAD = new Shape(CARRIER_KEYS);
const IDENTITY = { messageId: undefined, publishTime: undefined };
const BODY = new Shape({
  ...CARRIER_KEYS,
  ...IDENTITY,
  payload: PAYLOAD,
  message: new Shape({ ...IDENTITY, data: undefined }),
});
const BASE64 = /^[A-Za-z0-9+/_-]*={0,2}$/;

// Kept for the life of the process, so that a message costs no new scratch space.
const bodyScanner = new JsonScanner();
const innerScanner = new JsonScanner();

/**
 * Reads a message's body, a JSON object in one of three forms:
 *
 * - Pub/Sub: it has `payload`, and `messageId` or `publishTime`. A payload that is a string which is itself the text of
 *   an object or an array is carried as that text.
 * - Pub/Sub's push envelope: it has an object `message` with a string `data`, which is the payload's JSON text in
 *   base64 (standard or URL-safe, padded or not).
 * - Plain: anything else. The whole body is the payload; a `messageId` that it may hold is the producer's own affair.
 *
 * A payload is carried byte for byte, less the white space around it. A message id is a string that is not empty, or a
 * number as its own digits; a publish time is an RFC 3339 string. Where they are absent or null, SQS's stand in.
 */
export function readBody(body: string, origin: SqsOrigin): Envelope | Drop {
  const root = bodyScanner.scan(body, BODY);
  if (root === undefined) return new Drop("BODY_NOT_JSON", `at byte ${bodyScanner.position}`);
  const { members } = root;
  if (members === undefined) return new Drop("BODY_NOT_OBJECT");
  const whole = { scanner: bodyScanner, value: root };

  const payload = members.get("payload");
  if (payload !== undefined && (members.has("messageId") || members.has("publishTime"))) {
    return envelope(origin, members, [unwrapped(payload), whole]);
  }
  const message = members.get("message")?.members;
  const data = message?.get("data");
  if (message !== undefined && data?.kind === "string") {
    const decoded = decodedData(data);
    return decoded instanceof Drop ? decoded : envelope(origin, message, [decoded, whole]);
  }
  return envelope(origin, undefined, [whole]);
}

type Members = ReadonlyMap<string, ScannedValue>;

/** @param identity Members of the body that may say who the message is. */
function envelope(
  origin: SqsOrigin,
  identity: Members | undefined,
  carriers: readonly [Located, ...Located[]],
): Envelope | Drop {
  const messageId = readMessageId(identity?.get("messageId"), origin);
  if (messageId === undefined) return new Drop("MESSAGE_ID_INVALID");
  const publishTime = readPublishTime(identity?.get("publishTime"), origin);
  if (publishTime === undefined) return new Drop("PUBLISH_TIME_INVALID");
  const [{ scanner, value }] = carriers;
  return { messageId, publishTime, keys: businessKeys(carriers), payload: scanner.escaped(value) };
}

function readMessageId(value: ScannedValue | undefined, { messageId }: SqsOrigin): string | undefined {
  if (isAbsent(value)) return JSON.stringify(messageId);
  const token = stringToken(bodyScanner, value);
  return token === '""' ? undefined : token;
}

function readPublishTime(value: ScannedValue | undefined, { sentTimestamp }: SqsOrigin): string | undefined {
  // JSON has no number with zeros before it.
  if (isAbsent(value)) return sentTimestamp === "0" ? "0" : `${sentTimestamp}000`;
  return value.kind === "string" ? epochMicros(bodyScanner.content(value)) : undefined;
}

function isAbsent(value: ScannedValue | undefined): value is undefined {
  return value === undefined || (value.kind === "literal" && bodyScanner.text(value) === "null");
}

function unwrapped(payload: ScannedValue): Located {
  if (payload.kind === "string") {
    const value = innerScanner.scan(bodyScanner.content(payload), PAYLOAD);
    if (value?.kind === "object" || value?.kind === "array") return { scanner: innerScanner, value };
  }
  return { scanner: bodyScanner, value: payload };
}

function decodedData(data: ScannedValue): Located | Drop {
  const text = bodyScanner.content(data);
  // Four letters make three bytes: one left over makes none.
  if (!BASE64.test(text) || text.replace(/=+$/, "").length % 4 === 1) return new Drop("DATA_NOT_BASE64");
  const bytes = Buffer.from(text, "base64");
  const value = isUtf8(bytes) ? innerScanner.scan(bytes, PAYLOAD) : undefined;
  return value === undefined ? new Drop("DATA_NOT_JSON") : { scanner: innerScanner, value };
}
