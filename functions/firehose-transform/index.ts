import { readFileSync } from "node:fs";
import { readEnvironment } from "../common/environment.ts";
import { createLog } from "../common/log.ts";
import { writeToStandardOutput } from "../common/output.ts";
import { createHandler, SERVICE } from "./handler.ts";
import { routesTo } from "./transform.ts";

const environment = readEnvironment(["RAW_DATABASE"], process.env);

/** Table names by topic, from the archive: at 1,000 topics the environment's 4 KB cannot hold them. */
const tables: Record<string, string> = JSON.parse(readFileSync(new URL("topics.json", import.meta.url), "utf8"));

export const handler = createHandler({
  routes: routesTo(environment.RAW_DATABASE, tables),
  log: createLog({ write: writeToStandardOutput, now: Date.now, fields: { service: SERVICE } }),
});
