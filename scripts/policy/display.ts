import type { Console } from "../../local/console.ts";
import type { Judgement, Verdict } from "../../local/policy/verdict.ts";
import { advisories, linesOf, mandatory, notices, summary } from "../../local/policy/verdict.ts";

/** Prints what a person must do, then what is only to be known, then the sum. */
export function display(verdict: Verdict, resources: number, stack: string, console: Console): void {
  console.heading(`Policies, stack ${stack}`);
  const parts: [string, Judgement[], (text: string) => void][] = [
    ["mandatory", mandatory(verdict), (text) => console.problem(text)],
    ["advisory", advisories(verdict), (text) => console.line(text)],
    ["not evaluated", notices(verdict, "notEvaluated"), (text) => console.line(text)],
    ["exemption", notices(verdict, "exempted", "unusedExemption"), (text) => console.line(text)],
  ];
  for (const [label, judgements, print] of parts) {
    for (const judgement of judgements) {
      const [first, ...others] = linesOf(label, judgement);
      print(first);
      for (const line of others) console.line(line);
      console.line();
    }
  }
  console.line(`${resources} resources, ${verdict.policies.length} policies: ${summary(verdict)}.`);
}
