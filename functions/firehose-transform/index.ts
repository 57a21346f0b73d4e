import { readEnvironment } from "../common/environment.ts";
import { createLog } from "../common/log.ts";
import { writeToStandardOutput } from "../common/output.ts";
import { readTopics } from "../common/topics.ts";
import { createHandler, SERVICE } from "./handler.ts";
import { routesTo } from "./transform.ts";

const environment = readEnvironment(["RAW_DATABASE"], process.env);

export const handler = createHandler({
  routes: routesTo(environment.RAW_DATABASE, readTopics(import.meta.url)),
  log: createLog({ write: writeToStandardOutput, now: Date.now, fields: { service: SERVICE } }),
});
