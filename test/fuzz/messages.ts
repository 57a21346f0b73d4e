import fc from "fast-check";
import { webhookEvents } from "../../local/input/webhooks.ts";
import { type Edit, edited, edits } from "./edits.ts";
import { hostileText, once, type Text } from "./text.ts";

/** Real messages, as `npm start` sends them: GitHub's webhooks in a producer's envelope. */
const WEBHOOKS = [
  ...webhookEvents({ topics: ["orders"], records: 60, malformed: 0, poison: 0, seed: 8, now: Date.UTC(2026, 0, 10) }),
].map(({ body }) => body);

/** What is done to a text at one place, as on a bad line: something is lost, and something else is there. */
interface Splice {
  at: number;
  remove: number;
  put: string;
}

const splice: fc.Arbitrary<Splice> = fc.record({
  at: fc.nat({ max: 50_000 }),
  remove: fc.oneof(fc.nat({ max: 3 }), fc.nat({ max: 50_000 })),
  put: fc.constantFrom(
    "",
    "",
    '"',
    "\\",
    "{",
    "}",
    "[",
    ",",
    ":",
    "\u0000",
    "\ud800",
    "\\ud800",
    "1e999",
    '"__proto__":',
  ),
});

const splices: fc.Arbitrary<readonly Splice[]> = fc.oneof(
  { weight: 2, arbitrary: fc.constant([]) },
  { weight: 1, arbitrary: fc.array(splice, { maxLength: 2 }) },
);

/** A real message of which parts were exchanged, in its tree or in its text. */
const webhookText: fc.Arbitrary<Text> = fc
  .record({ webhook: fc.constantFrom(...WEBHOOKS), edits, splices })
  .map((given) => once(given.splices.reduce(spliced, written(given.webhook, given.edits))));

/** Mostly what is made, which is shorter and meaner; now and then a real one. */
export const messageText: fc.Arbitrary<Text> = fc.oneof(
  { weight: 8, arbitrary: hostileText },
  { weight: 1, arbitrary: webhookText },
);

function written(text: string, all: readonly Edit[]): string {
  if (all.length === 0) return text;
  try {
    return JSON.stringify(edited(JSON.parse(text), all));
  } catch {
    // Deeper than JSON.stringify reaches, and so than whoever would send it.
    return text;
  }
}

function spliced(text: string, { at, remove, put }: Splice): string {
  const start = at % (text.length + 1);
  return text.slice(0, start) + put + text.slice(start + remove);
}
