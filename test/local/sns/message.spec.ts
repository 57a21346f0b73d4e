import assert from "node:assert/strict";
import { checkMessage, MAX_MESSAGE_BYTES, type Message } from "../../../local/sns/message.ts";

const message = "m";
const value = { type: "String", value: "v" };

describe("a message to a topic", () => {
  const taken: [title: string, message: Message][] = [
    ["of the largest size", { message: "m".repeat(MAX_MESSAGE_BYTES) }],
    [
      "of the largest size with its attributes",
      { message: "m".repeat(MAX_MESSAGE_BYTES - 8), attributes: { a: value } },
    ],
    ["with a subject of a hundred characters", { message, subject: "s".repeat(100) }],
    ["with a subject in any script", { message, subject: "Störung: Zoë 🚀" }],
    ["with every type of attribute", { message, attributes: typed(["String", "String.Array", "Number", "Binary"]) }],
  ];
  for (const [title, one] of taken) {
    it(`is taken ${title}`, () => checkMessage(one));
  }

  const refused: [title: string, message: Message, expected: RegExp][] = [
    ["empty", { message: "" }, /Empty message/],
    ["too large", { message: "m".repeat(MAX_MESSAGE_BYTES + 1) }, /Message must be shorter than 262144 bytes/],
    [
      "too large in bytes, not characters",
      { message: "ë".repeat(MAX_MESSAGE_BYTES / 2 + 1) },
      /Message must be shorter/,
    ],
    [
      "too large with its attributes",
      { message: "m".repeat(MAX_MESSAGE_BYTES - 7), attributes: { a: value } },
      /Message must be shorter/,
    ],
    ["with a subject that is empty", { message, subject: "" }, /Subject/],
    ["with a subject that is too long", { message, subject: "s".repeat(101) }, /Subject/],
    ["with a subject of two lines", { message, subject: "a\nb" }, /Subject/],
    ["with a subject that breaks the line otherwise", { message, subject: "a\u2028b" }, /Subject/],
    ["with a control character in the subject", { message, subject: "a\u0007b" }, /Subject/],
    [
      "with an attribute of an unknown type",
      { message, attributes: typed(["Date"]) },
      /invalid message attribute type/,
    ],
    [
      "with an attribute without a value",
      { message, attributes: { a: { type: "String", value: "" } } },
      /must contain non-empty/,
    ],
    ...["", "a b", ".a", "a.", "a..b", "AWS.a", "amazon.a", "a".repeat(257)].map((name): [string, Message, RegExp] => [
      `with the attribute name "${name.slice(0, 10)}"`,
      { message, attributes: { [name]: value } },
      /attribute name .* is invalid/,
    ]),
  ];
  for (const [title, one, expected] of refused) {
    it(`is refused ${title}`, () => assert.throws(() => checkMessage(one), { status: 400, message: expected }));
  }
});

function typed(types: readonly string[]): Message["attributes"] {
  return Object.fromEntries(types.map((type, index) => [`a${index}`, { type, value: "1234" }]));
}
