import type { StreamViewType, TableConfiguration } from "../../../local/dynamodb/configuration.ts";

const arn = "arn:aws:dynamodb:eu-west-1:123456789012:table/errors";

export const streamArn = `${arn}/stream/2026-01-01T00:00:00.000`;

/** A table `errors` with the key `topic`, `id`, an index by `status` and, if wanted, a stream. */
export function tableOf(viewType?: StreamViewType): TableConfiguration {
  return {
    name: "errors",
    arn,
    attributes: { topic: "S", id: "S", status: "S" },
    keys: { hash: "topic", range: "id" },
    globalSecondaryIndexes: [
      { name: "by-status", keys: { hash: "status", range: undefined }, projection: "ALL", nonKeyAttributes: [] },
    ],
    stream: viewType && { arn: streamArn, label: "2026-01-01T00:00:00.000", viewType },
  };
}
