import { readBeside } from "./read-beside.ts";

/**
 * What a function's archive says of each topic, in the file `topics.json` beside its bundle: at 1,000 topics the
 * environment's 4 KB cannot hold it.
 *
 * @param moduleUrl `import.meta.url` of the bundle.
 * @returns by topic.
 * @throws Error where there is no such file, or it is not JSON.
 */
export function readTopics(moduleUrl: string): Readonly<Record<string, string>> {
  return JSON.parse(readBeside("topics.json", moduleUrl));
}
