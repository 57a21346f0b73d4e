import { fileURLToPath } from "node:url";
import { parseOptions } from "./options.ts";

const options = parseOptions(process.argv.slice(2));
// Loaded only now, so that --help and a mistyped option answer at once.
const { run } = await import("./run.ts");
process.exitCode = await run(options, fileURLToPath(new URL("../..", import.meta.url)));
