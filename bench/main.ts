import { mkdir, writeFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { Command, Option } from "commander";
import { machine, markdown, type Part } from "./report.ts";

const RESULTS = fileURLToPath(new URL("./results.md", import.meta.url));

/** Loaded when they run: what one part loads must not weigh on another. */
const PARTS: Readonly<Record<string, () => Promise<{ part: Part }>>> = {
  handler: () => import("./parts/handler.ts"),
  "end-to-end": () => import("./parts/end-to-end.ts"),
  scale: () => import("./parts/scale.ts"),
  "cold-start": () => import("./parts/cold-start.ts"),
  costs: () => import("./parts/costs.ts"),
  evaluation: () => import("./parts/evaluation.ts"),
};

const { only } = new Command("npm run bench --")
  .description("Measures, prints, and writes bench/results.md once all parts have run.")
  .addOption(new Option("--only <part...>", "run these parts, and write no file").choices(Object.keys(PARTS)))
  .allowExcessArguments(false)
  .parse()
  .opts<{ only?: string[] }>();

const text = [
  "# Results of `npm run bench`",
  "",
  "Written by the command, not by hand. Median, and in brackets the least and the most. Compare ratios taken in one run.",
  "",
  ...machine(),
  "",
];
const started = performance.now();
for (const [name, load] of Object.entries(PARTS)) {
  if (only !== undefined && !only.includes(name)) continue;
  const before = performance.now();
  const section = await (await load()).part.run();
  const written = markdown(section, (performance.now() - before) / 1000);
  console.log(written);
  text.push(written);
}
if (only === undefined) {
  text.push(`All of it took ${((performance.now() - started) / 60_000).toFixed(1)} minutes.`, "");
  await mkdir(fileURLToPath(new URL(".", import.meta.url)), { recursive: true });
  await writeFile(RESULTS, text.join("\n"));
}
