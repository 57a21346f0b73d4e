import { functionNameOf } from "../../lambda/function-name.ts";
import { type Ask, ask, type Place } from "./ask.ts";

export interface LambdaPlace extends Place {
  /** ARN of a mapping's function by the mapping's UUID. */
  functionOfMapping: ReadonlyMap<string, string>;
}

const INVOKE = /^\/2015-03-31\/functions\/([^/]+)\/invocations\/?$/;
const MAPPINGS = /^\/2015-03-31\/event-source-mappings\/?$/;
const MAPPING = /^\/2015-03-31\/event-source-mappings\/([^/]+)$/;

const MAPPING_ACTIONS: Readonly<Record<string, string>> = {
  GET: "lambda:GetEventSourceMapping",
  PUT: "lambda:UpdateEventSourceMapping",
};

/**
 * What a request to Lambda's HTTP API asks for: https://docs.aws.amazon.com/lambda/latest/dg/lambda-api-permissions-ref.html
 *
 * @returns undefined for a request that is not known here.
 */
export function lambdaAsks({ method, url }: { method: string; url: string }, place: LambdaPlace): Ask[] | undefined {
  const { pathname, searchParams } = new URL(url, "http://lambda");
  const [, name] = INVOKE.exec(pathname) ?? [];
  if (name !== undefined && method === "POST") {
    return [ask("lambda:InvokeFunction", functionArn(decoded(name), searchParams.get("Qualifier"), place))];
  }
  if (MAPPINGS.test(pathname) && method === "GET") return [ask("lambda:ListEventSourceMappings", "*")];
  const [, uuid] = MAPPING.exec(pathname) ?? [];
  const action = MAPPING_ACTIONS[method];
  if (uuid === undefined || action === undefined) return undefined;
  const { region, account, functionOfMapping } = place;
  const of = functionOfMapping.get(decoded(uuid));
  return [
    ask(
      action,
      `arn:aws:lambda:${region}:${account}:event-source-mapping:${decoded(uuid)}`,
      of === undefined ? {} : { "lambda:functionarn": of },
    ),
  ];
}

function functionArn(named: string, qualifier: string | null, { region, account }: Place): string {
  const arn = `arn:aws:lambda:${region}:${account}:function:${functionNameOf(named).replace(/^.*function:/, "")}`;
  const own = /:(\$LATEST)$/.exec(named)?.[1];
  const version = qualifier ?? own;
  const unqualified = arn.replace(/:\$LATEST$/, "");
  return version === undefined ? unqualified : `${unqualified}:${version}`;
}

function decoded(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}
