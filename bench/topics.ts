import { fileURLToPath } from "node:url";
import { readStackFiles } from "../local/graph/stack-files.ts";
import { MAXIMUM_TOPICS_WITH_OPTIMIZERS } from "../settings/rules.ts";

const ROOT = fileURLToPath(new URL("../", import.meta.url));

/**
 * A stack's configuration with so many topics, and what a stack of that size needs: two executions a topic, an
 * account with room for them, the catalog's own optimizers, and a refinery that runs as often as it then can.
 */
export function topicSettings(topics: number, stack = "dev"): Record<string, string> {
  const { config } = readStackFiles(ROOT, stack);
  const names = Array.from({ length: topics }, (_, index) => [`topic-${index}`, { maximumConcurrency: 2 }]);
  return {
    ...config,
    "lean-ops:topics": JSON.stringify(Object.fromEntries(names)),
    "lean-ops:account": JSON.stringify({ concurrency: Math.max(1000, topics * 2 + 500) }),
    // How often the refinery can run follows from the number of topics.
    "lean-ops:refinery": "{}",
    "lean-ops:balance": "{}",
    ...(topics > MAXIMUM_TOPICS_WITH_OPTIMIZERS ? { "lean-ops:lake": JSON.stringify({ optimizers: "catalog" }) } : {}),
  };
}
