declare module "dynalite" {
  import type { Server } from "node:http";

  /** Milliseconds that a table stays in its intermediate states; 500 by default. Without `path` all is in memory. */
  export default function dynalite(options?: { createTableMs?: number }): Server;
}
