import { enableCompileCache } from "node:module";
import { COMPILE_CACHE } from "../../local/compile-cache.ts";

/** Loaded before every run of the specs: taking the types away is most of what loading a file costs, here and in children. */
enableCompileCache(COMPILE_CACHE.NODE_COMPILE_CACHE);
Object.assign(process.env, COMPILE_CACHE);
