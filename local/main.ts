import { Companions } from "./run/companions.ts";
import { parseOptions } from "./run/options.ts";

const options = parseOptions(process.argv.slice(2));
const companions = new Companions(options);
// Loaded only now, so that --help and a mistyped option answer at once, and the other processes load meanwhile.
const { start } = await import("./run/start.ts");
process.exitCode = await start(options, { companions });
