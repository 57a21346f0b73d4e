import { parseOptions } from "./run/options.ts";

const options = parseOptions(process.argv.slice(2));
// Loaded only now, so that --help and a mistyped option answer at once.
const { start } = await import("./run/start.ts");
process.exitCode = await start(options);
