import assert from "node:assert/strict";
import { pbkdf2 } from "node:crypto";
import type { DuckDBConnection } from "@duckdb/node-api";
import { Session } from "../../../local/athena/session.ts";
import { ENDLESS, type Lake, openLake } from "./fixtures.ts";

/** More than Node.js has threads for such work: what comes after them waits. */
const ENOUGH_TO_BE_BUSY = 16;

describe("a query's session", () => {
  let lake: Lake;
  let connection: DuckDBConnection;
  const stop = new AbortController();

  before(async () => {
    lake = await openLake();
    await lake.ingest(...Array.from({ length: 3000 }, (_, n) => ({ message_id: `m-${n}` })));
    connection = await lake.tables.connect();
  });
  after(async () => {
    connection.closeSync();
    await lake.close();
  });

  it("ends a statement that is stopped before a thread was free to begin it", async () => {
    const session = new Session(connection, lake.tables.catalog, { database: "raw", signal: stop.signal });
    const reason = new Error("stopped");
    const work = Array.from({ length: ENOUGH_TO_BE_BUSY }, () => Promise.withResolvers<void>());
    for (const { resolve } of work) pbkdf2("a", "b", 10_000, 64, "sha512", () => resolve());
    const run = session.run(ENDLESS);
    stop.abort(reason);
    await assert.rejects(run, reason);
    await Promise.all(work.map(({ promise }) => promise));
    await assert.rejects(session.run("SELECT 1"), reason);
    assert.deepEqual((await connection.runAndReadAll("SELECT 1 AS n")).getRowsJS(), [[1]], "the connection is spoilt");
  });
});
