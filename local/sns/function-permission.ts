import { ofType, type StackGraph } from "../graph/types.ts";
import type { FunctionConfiguration } from "../lambda/configuration.ts";
import { functionNamed } from "../lambda/function-name.ts";

const PERMISSION = "aws:lambda/permission:Permission";

const ACTIONS = ["lambda:InvokeFunction", "lambda:*", "*"];
const PRINCIPALS = ["sns.amazonaws.com", "*"];

/** Narrow a permission to calls that SNS's are not known to be [?]. */
const CONDITIONS = [
  "eventSourceToken",
  "functionUrlAuthType",
  "invokedViaFunctionUrl",
  "principalOrgId",
  "qualifier",
  "sourceAccount",
];

/** What a function needs that a topic may invoke it: https://docs.aws.amazon.com/lambda/latest/dg/with-sns.html */
export const NEEDED_PERMISSION = `needs an ${PERMISSION} with action lambda:InvokeFunction, principal sns.amazonaws.com, the topic's ARN as its sourceArn, and no further condition`;

type Named = Pick<FunctionConfiguration, "arn" | "name">;

/** Whether the stack has a permission by which a topic may invoke a function. */
export function mayInvoke(graph: StackGraph, topicArn: string, invoked: Named): boolean {
  return ofType(graph, PERMISSION).some(({ inputs }) => {
    const { action, principal } = inputs;
    const sourceArn = inputs.sourceArn ?? undefined;
    return (
      functionNamed([invoked], String(inputs.function)) !== undefined &&
      ACTIONS.includes(String(action)) &&
      PRINCIPALS.includes(String(principal)) &&
      (sourceArn === undefined || matches(String(sourceArn), topicArn)) &&
      CONDITIONS.every((condition) => (inputs[condition] ?? undefined) === undefined)
    );
  });
}

/**
 * `*` for any characters, `?` for one, within one of the ARN's parts: Lambda's API says that it compares as StringLike,
 * which also crosses from part to part, and its own statements say ArnLike, which does not [?]
 * (https://docs.aws.amazon.com/lambda/latest/api/API_AddPermission.html).
 */
function matches(pattern: string, arn: string): boolean {
  const source = pattern
    .replace(/[\\^$.|+()[\]{}]/g, "\\$&")
    .replaceAll("*", "[^:]*")
    .replaceAll("?", "[^:]");
  return new RegExp(`^${source}$`).test(arn);
}
