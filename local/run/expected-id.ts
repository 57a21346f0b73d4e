/**
 * The `message_id` that a message's RAW row must have, undefined where the body is no JSON object. Read here a second
 * time, independently of the processor, so that the account does not repeat a mistake of its.
 *
 * @param sqsMessageId stands in where the producer gives no id of its own.
 */
export function expectedMessageId(body: string, sqsMessageId: string): string | undefined {
  const value = parsed(body);
  if (!isObject(value)) {
    return undefined;
  }
  const { message, messageId, publishTime, payload } = value;
  if (isObject(message) && typeof message.data === "string") {
    return idText(message.messageId, body) ?? sqsMessageId;
  }
  const isEnvelope = payload !== undefined && (messageId !== undefined || publishTime !== undefined);
  return (isEnvelope ? idText(messageId, body) : undefined) ?? sqsMessageId;
}

function parsed(body: string): unknown {
  try {
    return JSON.parse(body);
  } catch {
    return undefined;
  }
}

/** A number's own digits: those beyond 2^53 do not survive JSON.parse. */
function idText(id: unknown, body: string): string | undefined {
  if (typeof id === "number") {
    const written = [...body.matchAll(/"messageId"\s*:\s*(-?[\d.eE+-]+)/g)].map(([, digits = ""]) => digits);
    return written.findLast((digits) => Number(digits) === id) ?? String(id);
  }
  return typeof id === "string" ? id : undefined;
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
