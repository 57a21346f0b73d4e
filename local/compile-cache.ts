import { tmpdir } from "node:os";
import { join } from "node:path";

/**
 * For processes started from here: where Node.js keeps what it has compiled by default, types already taken away. A process
 * that ends by being killed has to flush it by itself.
 */
export const COMPILE_CACHE = { NODE_COMPILE_CACHE: join(tmpdir(), "node-compile-cache") };
