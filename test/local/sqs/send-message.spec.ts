import assert from "node:assert/strict";
import { configuration, newService } from "./fixtures.ts";

const KIB = 1_024;

function string(StringValue: string, DataType = "String"): Record<string, unknown> {
  return { DataType, StringValue };
}

describe("SendMessage", () => {
  it("answers the id and the MD5 of what it took, and queues it", async () => {
    const { call, service } = newService(configuration());
    const answer = await call("SendMessage", {
      MessageBody: "msg",
      MessageAttributes: { k: string("x") },
      MessageSystemAttributes: { AWSTraceHeader: string("Root=1") },
    });
    const [message] = [...(service.queues.get("orders")?.messages() ?? [])];
    assert.equal(answer.MessageId, message?.messageId);
    assert.equal(answer.MD5OfMessageBody, "6e2baaf3b97dbeef01c0043275f9a0e7");
    assert.equal(answer.MD5OfMessageAttributes, "a45daa70926828a2f0a1db3418e6feb4");
    assert.match(String(answer.MD5OfMessageSystemAttributes), /^[0-9a-f]{32}$/);
    assert.deepEqual(message?.systemAttributes, { AWSTraceHeader: "Root=1" });
  });

  it("delays a message", async () => {
    const { call, service } = newService(configuration());
    await call("SendMessage", { MessageBody: "msg", DelaySeconds: 900 });
    assert.equal(service.queues.get("orders")?.counts().delayed, 1);
  });

  it("takes every character that SQS allows, and the largest message", async () => {
    const { call } = newService(configuration());
    await call("SendMessage", { MessageBody: "\t\n\r \u0085퟿\ue000�𐀀\u{10ffff}" });
    await call("SendMessage", { MessageBody: "é".repeat(512 * KIB) });
    const attributes = { k: string("x") };
    await call("SendMessage", { MessageBody: "a".repeat(KIB * KIB - 8), MessageAttributes: attributes });
  });

  const tooLong = {
    name: "InvalidParameterValueException",
    queryCode: "InvalidParameterValue",
    message: /shorter than/,
  };
  const refusals: [title: string, input: Record<string, unknown>, error: object][] = [
    ["no body", {}, { name: "MissingRequiredParameterException", queryCode: "MissingParameter" }],
    ["an empty body", { MessageBody: "" }, { name: "MissingRequiredParameterException" }],
    ["a body that is no text", { MessageBody: 7 }, { name: "SerializationException" }],
    ["a control character", { MessageBody: "a\u0008b" }, { name: "InvalidMessageContents" }],
    ["a null character", { MessageBody: "\u0000" }, { name: "InvalidMessageContents" }],
    ["half a surrogate pair", { MessageBody: "\ud800" }, { name: "InvalidMessageContents" }],
    ["a non-character", { MessageBody: "\uffff" }, { name: "InvalidMessageContents" }],
    ["one byte too many", { MessageBody: "a".repeat(KIB * KIB + 1) }, tooLong],
    [
      "one byte too many with attributes",
      { MessageBody: "a".repeat(KIB * KIB - 7), MessageAttributes: { k: string("x") } },
      tooLong,
    ],
    ["too long a delay", { MessageBody: "a", DelaySeconds: 901 }, { message: /DelaySeconds must be >= 0 and <= 900/ }],
    ["a negative delay", { MessageBody: "a", DelaySeconds: -1 }, { name: "InvalidParameterValueException" }],
    ["a delay that is no integer", { MessageBody: "a", DelaySeconds: 1.5 }, { name: "SerializationException" }],
    ["a FIFO parameter", { MessageBody: "a", MessageDeduplicationId: "x" }, { message: /MessageDeduplicationId/ }],
    ["a group id with a space", { MessageBody: "a", MessageGroupId: "group 1" }, { message: /MessageGroupId/ }],
    [
      "an unknown system attribute",
      { MessageBody: "a", MessageSystemAttributes: { Other: string("x") } },
      { name: "InvalidParameterValueException" },
    ],
    ["another queue", { QueueUrl: "https://x/1/unknown", MessageBody: "a" }, { name: "QueueDoesNotExist" }],
  ];
  for (const [title, input, error] of refusals) {
    it(`refuses ${title}`, async () => {
      const { call, service } = newService(configuration());
      await assert.rejects(call("SendMessage", input), error);
      assert.equal(service.queues.get("orders")?.counts().visible, 0);
    });
  }

  it("keeps to the queue's own maximum size", async () => {
    const { call } = newService(configuration({ maximumMessageSizeBytes: KIB }));
    await call("SendMessage", { MessageBody: "a".repeat(KIB) });
    await assert.rejects(call("SendMessage", { MessageBody: "a".repeat(KIB + 1) }), {
      message: "One or more parameters are invalid. Reason: Message must be shorter than 1024 bytes.",
    });
  });
});

describe("message attributes", () => {
  const send = (attributes: unknown): Promise<unknown> =>
    newService(configuration()).call("SendMessage", { MessageBody: "a", MessageAttributes: attributes });

  const accepted: [title: string, attributes: Record<string, unknown>][] = [
    ["ten of them", Object.fromEntries(Array.from({ length: 10 }, (_, index) => [`a${index}`, string("x")]))],
    ["letters beyond ASCII in a name", { "attr.1øßä": string("x") }],
    ["a type with a label", { n: string("1", "Number.int"), b: { DataType: "Binary.png", BinaryValue: "AAAA" } }],
    [
      "numbers of every form",
      Object.fromEntries(
        ["0", "-1", "+1.50", ".5", "1e126", "1E-128", "9".repeat(38)].map((n, i) => [`n${i}`, string(n, "Number")]),
      ),
    ],
  ];
  for (const [title, attributes] of accepted) {
    it(`may be ${title}`, async () => {
      await assert.doesNotReject(send(attributes));
    });
  }

  const invalid = { name: "InvalidParameterValueException" };
  const refused: [title: string, attributes: unknown, error: object][] = [
    [
      "eleven of them",
      Object.fromEntries(Array.from({ length: 11 }, (_, index) => [`a${index}`, string("x")])),
      invalid,
    ],
    ["a name that starts with a period", { ".a": string("x") }, invalid],
    ["a name that ends with a period", { "a.": string("x") }, invalid],
    ["a name with two periods in a row", { "a..b": string("x") }, invalid],
    ["a name of AWS's", { "aWs.a": string("x") }, invalid],
    ["a name of Amazon's", { "AMAZON.a": string("x") }, invalid],
    ["a name with a space", { "a b": string("x") }, invalid],
    ["a name of 257 characters", { ["a".repeat(257)]: string("x") }, invalid],
    ["no type", { a: { StringValue: "x" } }, invalid],
    ["an unknown type", { a: string("x", "Text") }, invalid],
    ["a type of 257 characters", { a: string("1", `Number.${"x".repeat(250)}`) }, invalid],
    [
      "an empty value",
      { a: string("") },
      { message: "Message (user) attribute 'a' must contain a non-empty value of type 'String'." },
    ],
    ["text of a binary type", { a: string("x", "Binary") }, invalid],
    ["text and bytes", { a: { DataType: "String", StringValue: "x", BinaryValue: "AAAA" } }, invalid],
    ["a control character", { a: string("\u0008") }, invalid],
    [
      "a number in words",
      { a: string("one", "Number") },
      { message: "Can't cast the value of message (user) attribute 'a' to a number." },
    ],
    ["a number without digits", { a: string(".", "Number") }, invalid],
    ["39 digits", { a: string("1".repeat(39), "Number") }, invalid],
    ["a number too large", { a: string("1e127", "Number") }, invalid],
    ["a number too small", { a: string("1e-129", "Number") }, invalid],
    ["a list", { a: { DataType: "String", StringListValues: ["x"] } }, { name: "UnsupportedOperation" }],
    ["bytes that are not base64", { a: { DataType: "Binary", BinaryValue: "?" } }, { name: "SerializationException" }],
    ["text instead of a map", "x", { name: "SerializationException" }],
  ];
  for (const [title, attributes, error] of refused) {
    it(`may not be ${title}`, async () => {
      await assert.rejects(send(attributes), error);
    });
  }
});
