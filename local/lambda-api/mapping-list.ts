import type { FunctionConfiguration } from "../lambda/configuration.ts";
import { functionNamed } from "../lambda/function-name.ts";
import type { MappingStatus } from "../mappings/mapping-control.ts";
import { functionNotFound, invalidParameter } from "./errors.ts";
import { describeMapping, sourceArnOf } from "./mapping-description.ts";
import { onlyParameters } from "./request.ts";

/** "A maximum of 100 items in each response, even if you set the number higher" */
const PAGE = 100;
const MAX_ITEMS = 10_000;

/**
 * One page: https://docs.aws.amazon.com/lambda/latest/api/API_ListEventSourceMappings.html. Pages go by UUID, so that
 * none is missed or shown twice.
 *
 * @param mappings In the order of their UUIDs.
 * @throws AwsError `InvalidParameterValueException`; `ResourceNotFoundException` for a function that does not exist [?].
 */
export function listMappings(
  query: URLSearchParams,
  mappings: readonly MappingStatus[],
  functions: readonly Pick<FunctionConfiguration, "arn" | "name">[],
): Record<string, unknown> {
  onlyParameters(query, ["EventSourceArn", "FunctionName", "Marker", "MaxItems"]);
  const sourceArn = query.get("EventSourceArn");
  const functionArn = functionArnOf(query.get("FunctionName"), functions);
  const after = readMarker(query.get("Marker"));
  const found = mappings.filter(
    ({ configuration }) =>
      configuration.uuid > after &&
      (sourceArn === null || sourceArnOf(configuration) === sourceArn) &&
      (functionArn === undefined || configuration.functionArn === functionArn),
  );
  const page = found.slice(0, pageSize(query.get("MaxItems")));
  const last = page.at(-1);
  return {
    ...(last !== undefined && found.length > page.length ? { NextMarker: markerOf(last) } : {}),
    EventSourceMappings: page.map(describeMapping),
  };
}

function functionArnOf(
  name: string | null,
  functions: readonly Pick<FunctionConfiguration, "arn" | "name">[],
): string | undefined {
  if (name === null) return undefined;
  const found = functionNamed(functions, name);
  if (found === undefined) throw functionNotFound(name);
  return found.arn;
}

function pageSize(maxItems: string | null): number {
  const size = Number(maxItems ?? PAGE);
  if (!Number.isInteger(size) || size < 1 || size > MAX_ITEMS) {
    throw invalidParameter(`MaxItems: must be a whole number from 1 to ${MAX_ITEMS}, is ${maxItems}`);
  }
  return Math.min(size, PAGE);
}

function markerOf({ configuration }: MappingStatus): string {
  return Buffer.from(configuration.uuid).toString("base64url");
}

/** @returns the UUID after which the page begins. */
function readMarker(marker: string | null): string {
  const uuid = Buffer.from(marker ?? "", "base64url").toString();
  if (marker !== null && !/^[0-9a-f-]{36}$/.test(uuid)) {
    throw invalidParameter("Marker: must be the NextMarker of a previous answer");
  }
  return uuid;
}
