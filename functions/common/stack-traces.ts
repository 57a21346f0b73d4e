import type { SourceMap, SourceMapPayload } from "node:module";
import { readBeside } from "./read-beside.ts";

/*
 * Stack traces name the project's own sources, by the map that lies beside the bundle. Injected into every bundle. Node's
 * `--enable-source-maps` does the same, but reads and parses the map at every cold start; this reads it for the first
 * trace that is asked for.
 */

const BUNDLE = import.meta.url;
/** Where a frame stands, at its end or before a last parenthesis. */
const PLACE = /(file:\/\/\S+?):(\d+):(\d+)(?=\)?$)/;

let map: SourceMap | undefined;
let isRead = false;

function sourceMap(): SourceMap | undefined {
  if (!isRead) {
    isRead = true;
    // A trace that names places in the bundle is better than none.
    try {
      const { SourceMap } = process.getBuiltinModule("node:module");
      map = new SourceMap(JSON.parse(readBeside("index.mjs.map", BUNDLE)) as SourceMapPayload);
    } catch {}
  }
  return map;
}

function inSources(frame: string): string {
  return frame.replace(PLACE, (place: string, file: string, line: string, column: string) => {
    if (file !== BUNDLE) return place;
    const entry = sourceMap()?.findEntry(Number(line) - 1, Number(column) - 1);
    if (entry === undefined || !("originalSource" in entry) || !entry.originalSource) return place;
    return `${entry.originalSource}:${entry.originalLine + 1}:${entry.originalColumn + 1}`;
  });
}

Error.prepareStackTrace = (error, frames) =>
  [error, ...frames.map((frame) => `    at ${inSources(`${frame}`)}`)].join("\n");
