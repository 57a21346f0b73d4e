import { fileURLToPath } from "node:url";
import lazy from "../../policypack/lazy-modules.cjs";

/* To be imported before anything that loads Pulumi's SDK. */
lazy.loadSdkLean(fileURLToPath(import.meta.url));
