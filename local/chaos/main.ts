import { parseChaosOptions } from "./options.ts";

const options = parseChaosOptions(process.argv.slice(2));
// Loaded only now, so that --help and a mistyped option answer at once.
const { chaos } = await import("./run.ts");
process.exitCode = await chaos(options);
