import { evaluate } from "../local/graph/evaluate.ts";
import type { Registration } from "../local/graph/registration.ts";
import { customResources } from "../local/graph/types.ts";
import { Pack } from "../local/policy/pack.ts";
import { PACK } from "../local/policy/pack-process.ts";
import type { Evaluation } from "./parts/evaluation.ts";
import { topicSettings } from "./topics.ts";

/* One evaluation in a process of its own, whose memory is nobody else's: prints what it took as JSON. */
const [topics = "3"] = process.argv.slice(2);
const seconds = (since: number) => (performance.now() - since) / 1000;

const registrations: Registration[] = [];
const started = performance.now();
const before = process.cpuUsage();
const graph = await evaluate("dev", {
  config: topicSettings(Number(topics)),
  registered: (registration) => registrations.push(registration),
});
const { user, system } = process.cpuUsage(before);
const evaluated = { seconds: seconds(started), mebibytes: process.resourceUsage().maxRSS / 1024 };

const opened = performance.now();
const pack = await Pack.open(PACK, graph.project, graph.stack, {});
const packSeconds = seconds(opened);
const asked = performance.now();
const { length: judgements } = await pack.judge(registrations);
const found: Evaluation = {
  resources: customResources(graph).length,
  ...evaluated,
  cpuSeconds: (user + system) / 1e6,
  packSeconds,
  judgeSeconds: seconds(asked),
  judgements,
};
await pack.close();
console.log(JSON.stringify(found));
