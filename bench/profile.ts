import { Session } from "node:inspector/promises";
import { relative, sep } from "node:path";
import { fileURLToPath } from "node:url";

const ROOT = fileURLToPath(new URL("../", import.meta.url));

/** What V8 calls time that is in no function. */
const OUTSIDE = new Set(["(idle)", "(program)", "(garbage collector)"]);

/**
 * Runs `work` under V8's sampling profiler.
 *
 * @returns the share of this process's time by part (a folder below `local/`, a package, a module of Node.js's), 0–1, the largest first.
 *   Each sample counts for the function that ran, and for none of its callers; native code counts for its caller.
 */
export async function sharesOf(work: () => Promise<void>): Promise<[part: string, share: number][]> {
  const session = new Session();
  session.connect();
  await session.post("Profiler.enable");
  await session.post("Profiler.setSamplingInterval", { interval: 500 });
  await session.post("Profiler.start");
  await work();
  const { profile } = await session.post("Profiler.stop");
  session.disconnect();
  const parts = new Map(profile.nodes.map(({ id, callFrame }) => [id, partOf(callFrame)]));
  for (const { id, children = [] } of profile.nodes) {
    for (const child of children) if (parts.get(child) === "") parts.set(child, parts.get(id) ?? "");
  }
  const spent = new Map<string, number>();
  const { samples = [], timeDeltas = [] } = profile;
  for (const [index, id] of samples.entries()) {
    const part = parts.get(id) || "other";
    spent.set(part, (spent.get(part) ?? 0) + (timeDeltas[index] ?? 0));
  }
  const all = [...spent.values()].reduce((sum, time) => sum + time, 0);
  return [...spent].map(([part, time]): [string, number] => [part, time / all]).sort(([, a], [, b]) => b - a);
}

/** Empty for native code, which has no file. */
function partOf({ functionName, url }: { functionName: string; url: string }): string {
  if (OUTSIDE.has(functionName)) return functionName;
  if (url === "") return "";
  if (url.startsWith("node:")) return url;
  const [first = "", second = "", third = ""] = relative(ROOT, fileURLToPath(url)).split(sep);
  if (first === "node_modules") return second.startsWith("@") ? `${second}/${third}` : second;
  return first === "local" ? `local/${second}` : first;
}
