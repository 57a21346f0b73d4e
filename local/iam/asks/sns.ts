import { type Ask, ask } from "./ask.ts";

/** @param body A request in SNS's query protocol. @returns undefined for an action that is not known here. */
export function snsAsks(body: string): readonly Ask[] | undefined {
  const parameters = new URLSearchParams(body);
  // https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazonsns.html
  if (parameters.get("Action") !== "Publish") return undefined;
  return [ask("sns:Publish", parameters.get("TopicArn") ?? "")];
}
