import { LambdaClient } from "@aws-sdk/client-lambda";
import { explain } from "../common/explain.ts";
import { askBreaker } from "./ask.ts";
import { Display } from "./display.ts";
import type { BreakerOptions } from "./options.ts";
import { type BreakerPlace, breakerPlace } from "./place.ts";

/**
 * Runs the command against AWS, or whatever AWS_ENDPOINT_URL names.
 *
 * @param root The project's folder.
 * @param errors Where problems are told with `json`, so that `stream` holds nothing else.
 * @returns the process's exit code: 1 where the circuit breaker refuses, too.
 */
export async function run(
  { request, stack, json, function: named }: BreakerOptions,
  root: string,
  stream: NodeJS.WriteStream = process.stdout,
  errors: NodeJS.WriteStream = process.stderr,
): Promise<number> {
  const display = new Display(stream);
  const problems = json ? new Display(errors) : display;
  let place: BreakerPlace;
  try {
    place = breakerPlace(root, stack, named);
  } catch (error) {
    problems.problem(error instanceof Error ? error.message : String(error));
    return 1;
  }
  const { functionName, region } = place;
  const client = new LambdaClient(region === undefined ? {} : { region });
  try {
    if (!json) display.heading(`Circuit of ${functionName}${region === undefined ? "" : ` in ${region}`}`);
    const answer = await askBreaker(client, functionName, request);
    if (!answer.ok) {
      problems.problem(`Refused, and nothing was changed: ${answer.error}`);
      if (!json) display.line();
    }
    if (answer.status !== undefined) {
      if (json) display.line(JSON.stringify(answer.status, null, 2));
      else display.status(answer.status);
    }
    return answer.ok ? 0 : 1;
  } catch (error) {
    problems.problem(explain(error, { resource: `function ${functionName}`, region }));
    return 1;
  } finally {
    client.destroy();
  }
}
