import { DOORS } from "./doors.ts";
import { fuzz } from "./fuzz.ts";
import { parseOptions } from "./options.ts";

process.exitCode = (await fuzz(parseOptions(process.argv.slice(2)), DOORS)) ? 0 : 1;
