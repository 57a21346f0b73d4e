import assert from "node:assert/strict";
import { z } from "zod";
import { settingsSchema } from "../../settings/schema.ts";
import type { SettingMeta } from "../../settings/values.ts";

interface Node extends Partial<SettingMeta> {
  type?: string;
  anyOf?: Node[];
  properties?: Record<string, Node>;
  required?: string[];
  additionalProperties?: Node | boolean;
  minimum?: number;
  maximum?: number;
  default?: unknown;
}

/** Every single setting by its path, as a generator of documentation would find it, and whether its section needs it. */
function settings(node: Node, path: string, isRequired = false): [path: string, node: Node, isRequired: boolean][] {
  if (node.anyOf !== undefined) {
    return node.anyOf.flatMap((option) => settings(option, path, isRequired));
  }
  if (node.type !== "object") {
    return node.type === "null" ? [] : [[path, node, isRequired]];
  }
  const own = Object.entries(node.properties ?? {}).flatMap(([key, inner]) =>
    settings(inner, `${path}.${key}`, node.required?.includes(key)),
  );
  const others =
    typeof node.additionalProperties === "object" ? settings(node.additionalProperties, `${path}.*`, true) : [];
  return [...own, ...others];
}

describe("the settings' schema", () => {
  const all = settings(z.toJSONSchema(settingsSchema, { io: "input" }) as Node, "lean-ops");

  it("holds every setting", () => {
    assert.deepEqual(
      all.map(([path]) => path.replace("lean-ops.", "")),
      [
        "topics.*.maximumConcurrency",
        "topics.*.columns.*",
        "topics.*.columns.*.type",
        "topics.*.columns.*.path",
        "topics.*.required",
        "topics.*.retired",
        "queue.visibilityTimeoutSeconds",
        "queue.maxReceiveCount",
        "queue.retentionDays",
        "queue.deadLetterRetentionDays",
        "queue.dataKeyReuseSeconds",
        "processor.timeoutSeconds",
        "processor.memoryMb",
        "processor.batchSize",
        "processor.batchWindowSeconds",
        "processor.maximumConcurrency",
        "delivery.bufferSeconds",
        "delivery.bufferMb",
        "delivery.retrySeconds",
        "delivery.transform.timeoutSeconds",
        "delivery.transform.memoryMb",
        "delivery.transform.bufferSeconds",
        "delivery.transform.bufferMb",
        "archive.timeoutSeconds",
        "archive.memoryMb",
        "archive.batchSize",
        "archive.maximumConcurrency",
        "breaker.errorPercent",
        "breaker.minimumMessages",
        "breaker.coolDownMinutes",
        "breaker.maximumCoolDownMinutes",
        "breaker.probeMinutes",
        "alerts.emails",
        "alerts.slack.workspaceId",
        "alerts.slack.channelId",
        "alerts.teams.tenantId",
        "alerts.teams.teamId",
        "alerts.teams.channelId",
        "observability.freshnessMinutes",
        "observability.topicMetrics",
        "observability.queueAlarms",
        "account.concurrency",
        "account.activeQueries",
        "logs.retentionDays",
        "lake.optimizers",
        "lake.scanLimitGb",
        "lake.resultDays",
        "refinery.everyMinutes",
        "refinery.concurrency",
        "refinery.deduplicationDays",
        "balance.days",
        "balance.graceMinutes",
        "balance.tolerancePercent",
        "producers.*.topics",
        "producers.*.account",
        "producers.*.role",
        "producers.*.service",
        "producers.*.source",
        "network.cidr",
        "network.zones",
        "network.existing.vpcId",
        "network.existing.subnetIds",
        "network.existing.routeTableIds",
        "network.existing.endpointSecurityGroupId",
        "permissionsBoundary",
        "deletionProtection",
      ],
    );
  });

  for (const [path, node, isRequired] of all) {
    it(`says what ${path} is, and its default${isRequired ? ", of which there is none" : ""}`, () => {
      assert.match(node.description ?? "", /\w.*\.$/);
      assert.equal(node.default !== undefined || node.derived !== undefined, !isRequired);
    });
  }

  for (const [path, node] of all.filter(([, { type }]) => type === "integer" || type === "number")) {
    it(`gives the unit of ${path}, its range or values, and where AWS says so`, () => {
      assert(node.unit !== undefined);
      assert.match(node.page ?? "", /^https:\/\/docs\.aws\.amazon\.com\/.+\.html$/);
      assert((node.minimum !== undefined && node.maximum !== undefined) || "enum" in node);
    });
  }
});
