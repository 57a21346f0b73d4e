import type { UntoldTransition } from "./circuit.ts";

/** Where an operator reads on. */
const GUIDE = "docs/operations.md#the-circuit-breaker";

/** https://docs.aws.amazon.com/sns/latest/api/API_Publish.html */
const MAX_SUBJECT_CHARACTERS = 100;

/** What people are told of a transition. */
export function noticeOf(transition: UntoldTransition, processorFunction: string): { subject: string; text: string } {
  const { from, to, at, reason } = transition;
  // SNS takes printable ASCII, and nothing else, in a subject.
  const subject = `Circuit ${to}: ${processorFunction}`.replace(/[^ -~]/g, "?").slice(0, MAX_SUBJECT_CHARACTERS);
  const change = from === to ? `is still ${to}, by a new request` : `went from ${from} to ${to}`;
  const text = [
    `The circuit between the topics' queues and ${processorFunction} ${change}, at ${at}.`,
    `Why: ${reason}`,
    `Next: ${nextOf(transition)}`,
    `What to do: ${GUIDE}. \`npm run breaker -- status\` shows the circuit as it is now.`,
  ].join("\n\n");
  return { subject, text };
}

function nextOf({ to, minutes, until }: UntoldTransition): string {
  switch (to) {
    case "OPEN":
      return (
        "every event source mapping of the function is disabled, and messages wait in their queues. " +
        `After ${minutes === 1 ? "a minute" : `${minutes} minutes`} one mapping is enabled as a probe.`
      );
    case "HALF_OPEN":
      return (
        "one mapping is enabled as a probe. Good records close the circuit, failures open it for longer; " +
        "while its queue has no messages, nothing is decided."
      );
    case "HOLD":
      return (
        "every event source mapping of the function is disabled, and messages wait in their queues. No alarm and no " +
        `probe changes that: the hold ends when an operator releases it, at ${until} at the latest.`
      );
    case "CLOSED":
      return "the mappings that were enabled before are enabled again, in steps, with the concurrency that they had.";
  }
}
