import { readFile, writeFile } from "node:fs/promises";
import { setTimeout as pause } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { AthenaClient } from "@aws-sdk/client-athena";
import { openGateway } from "../../local/api/gateway.ts";
import { systemClock } from "../../local/clock.ts";
import { openCloud } from "../../local/cloud.ts";
import { evaluate } from "../../local/graph/evaluate.ts";
import { stackOutputs } from "../../local/run/outputs.ts";
import { pending } from "../../local/run/pending.ts";
import { refine } from "../../local/run/refinery.ts";
import { ask } from "./ask.ts";
import { queriesOf, withAnswers } from "./document.ts";
import { documentedMessages } from "./messages.ts";

/**
 * Runs the dev stack on the local cloud, asks its Athena the queries of docs/tables.md, and writes the answers behind
 * them.
 */
const path = fileURLToPath(new URL("../../docs/tables.md", import.meta.url));
const gateway = await openGateway();
const graph = await evaluate("dev", { queueEndpoint: gateway.endpoint });
const outputs = stackOutputs(graph);
const cloud = await openCloud(graph, { gateway, clock: systemClock(1), log: () => {} });
const athena = new AthenaClient({
  endpoint: gateway.endpoint,
  region: graph.region,
  credentials: { accessKeyId: "operator", secretAccessKey: "local" },
});
try {
  for (const { topic, body } of documentedMessages()) {
    cloud.sqs.queues.get(outputs.queueNames.get(topic) ?? "")?.send({ body });
  }
  while (pending(cloud) > 0) await pause(50);
  const { problem } = await refine(cloud, outputs);
  if (problem !== undefined) throw new Error(`the refinery's run ended without a balance: ${problem}`);
  const document = await readFile(path, "utf8");
  const answers = [];
  for (const sql of queriesOf(document)) answers.push(await ask(athena, outputs.workgroup, sql));
  await writeFile(path, withAnswers(document, answers));
  console.log(`The answers to ${answers.length} queries are in docs/tables.md.`);
} finally {
  athena.destroy();
  await cloud.stop();
  await gateway.close();
}
