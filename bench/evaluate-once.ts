import { evaluate } from "../local/graph/evaluate.ts";
import { customResources } from "../local/graph/types.ts";
import { topicSettings } from "./topics.ts";

/* One evaluation in a process of its own, whose memory is nobody else's: prints what it took as JSON. */
const [topics = "3"] = process.argv.slice(2);
const started = performance.now();
const graph = await evaluate("dev", { config: topicSettings(Number(topics)) });
console.log(
  JSON.stringify({
    resources: customResources(graph).length,
    seconds: (performance.now() - started) / 1000,
    mebibytes: process.resourceUsage().maxRSS / 1024,
  }),
);
