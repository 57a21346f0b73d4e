import fc from "fast-check";
import { jsonText } from "../functions/support/json-text.ts";

/** A text as its parts and how often each stands there: so that a counterexample with 100,000 levels fits on a line. */
export type Text = readonly (readonly [part: string, times: number])[];

export function textOf(text: Text): string {
  return text.map(([part, times]) => part.repeat(times)).join("");
}

export const once = (part: string): Text => [[part, 1]];

/** Deeper than any stack. */
export const LEVELS = 100_000;

/** Texts that have broken others' code, by what they are. */
export const HOSTILE_TEXTS: Readonly<Record<string, Text>> = {
  nothing: [],
  "an own key __proto__": once('{"__proto__":{"polluted":true},"a":1}'),
  "a key __proto__ in _metadata": once('{"_metadata":{"__proto__":{"correlationId":"polluted"}},"__proto__":[]}'),
  "a polluted constructor": once('{"constructor":{"prototype":{"polluted":true}}}'),
  "arrays, 100,000 levels": [
    ["[", LEVELS],
    ["]", LEVELS],
  ],
  "objects, 100,000 levels": [
    ['{"a":', LEVELS],
    ["1", 1],
    ["}", LEVELS],
  ],
  "a payload of 100,000 levels": [
    ['{"messageId":"m","payload":', 1],
    ["[", LEVELS],
    ["]", LEVELS],
    ["}", 1],
  ],
  "100,000 levels that never end": [['{"a":[', LEVELS]],
  "a lone surrogate": once('{"a":"\ud800"}'),
  "a lone surrogate, escaped": once('{"_metadata":{"correlationId":"\\ud800"},"a":"\\udfff"}'),
  "a lone surrogate for an id": once('{"messageId":"\\ud800","payload":{}}'),
  "repeated keys": once('{"messageId":"a","messageId":"b","payload":1,"payload":{"a":1,"a":2}}'),
  "a number beyond any": once('{"messageId":1e999,"idempotencyKey":1e400,"payload":{"n":-1e400}}'),
  "a number of 100,000 digits": [
    ['{"messageId":', 1],
    ["9", LEVELS],
    [',"payload":{}}', 1],
  ],
  "U+2028 and U+2029": once('{"a":"\u2028\u2029"}'),
  "a byte order mark": once('\ufeff{"a":1}'),
  "a zero": once('{"a":"\u0000"}'),
  "data that is no base64": once('{"message":{"data":"!!!!","messageId":"m"}}'),
  "data that breaks off": once('{"message":{"data":"eyJh=","messageId":"m"}}'),
  "data that is no UTF-8": once('{"message":{"data":"/////w==","messageId":"m"}}'),
  "attributes of wrong types": once('{"messageId":{},"publishTime":[],"payload":{},"message":{"data":7}}'),
  "times that are none": once('{"publishTime":"9999-99-99T99:99:99Z","payload":{}}'),
  "a time far away": once('{"publishTime":"0000-01-01T00:00:00+23:59","payload":{}}'),
  "a megabyte of quotes": [
    ['{"a":"', 1],
    ['\\"', 500_000],
    ['"}', 1],
  ],
  "many characters of three bytes": [
    ['{"a":"', 1],
    ["€", 50_000],
    ['"}', 1],
  ],
};

const anyCharacter = fc.integer({ min: 0, max: 0xffff }).map((code) => String.fromCharCode(code));

/** Keys that mean something to a function, or to JavaScript. */
const key = fc.constantFrom(
  ...["messageId", "publishTime", "payload", "message", "data", "_metadata", "correlationId", "idempotency_key"],
  ...["__proto__", "constructor", "toString", "topic_name", "ingestion_ts", "rawData", "errorCode", "a"],
);
const { object, value } = jsonText(key.map((name) => JSON.stringify(name)));

/** Mostly what a producer could send; the large and deep ones now and then, since they take most of the time. */
export const hostileText: fc.Arbitrary<Text> = fc.oneof(
  { weight: 8, arbitrary: object.map(once) },
  { weight: 3, arbitrary: value.map(once) },
  { weight: 3, arbitrary: fc.string({ unit: anyCharacter, maxLength: 30 }).map(once) },
  {
    weight: 2,
    arbitrary: fc.constantFrom(...Object.values(HOSTILE_TEXTS).filter((text) => textOf(text).length < 1000)),
  },
  { weight: 1, arbitrary: fc.constantFrom(...Object.values(HOSTILE_TEXTS)) },
);
