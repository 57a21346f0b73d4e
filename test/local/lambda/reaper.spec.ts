import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, watch } from "node:fs";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { type AddressInfo, createServer, type Socket } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const HOST = fileURLToPath(new URL("./dying-host.ts", import.meta.url));

/** Of each reaper the first call fails, as where a process that was killed makes one more file meanwhile. */
const RM = `#!/bin/sh
mkdir "$0-of-$PPID" 2>/dev/null && exit 1
PATH=\${PATH#*:} exec rm "$@"`;

describe("the child processes of a host that dies", () => {
  /** A connection closes when the process at its other end is gone. */
  const connections: Socket[] = [];
  const server = createServer((socket) => connections.push(socket.on("error", () => {}).resume()));

  let folder = "";

  before(async () => {
    folder = await mkdtemp(join(tmpdir(), "dying-host-"));
    await mkdir(join(folder, "bin"));
    await writeFile(join(folder, "bin", "rm"), RM, { mode: 0o755 });
    server.listen(0, "127.0.0.1");
    await once(server, "listening");
  });

  after(async () => {
    server.close();
    await rm(folder, { recursive: true });
  });

  for (const signal of ["SIGKILL", "SIGTERM", "SIGINT"] as const) {
    it(`of ${signal} end with it, idle or in an endless loop, and leave no files`, async () => {
      connections.length = 0;
      const workDirectory = join(folder, `it's "$HOME" of ${signal}`);
      await mkdir(workDirectory);
      const { port } = server.address() as AddressInfo;
      const host = spawn(process.execPath, [HOST, String(port), workDirectory], {
        stdio: ["ignore", "pipe", "inherit"],
        env: { ...process.env, PATH: `${join(folder, "bin")}:${process.env.PATH}` },
      });
      await once(host.stdout, "data");
      assert.equal(connections.length, 2);
      const gone = Promise.all(connections.map((socket) => once(socket, "close")));
      assert.ok(existsSync(join(workDirectory, "idle")));
      const watcher = watch(folder);
      host.kill(signal);
      await gone;
      // Once the last process has gone, its files may still be there.
      while (existsSync(workDirectory)) await once(watcher, "change");
      watcher.close();
    });
  }
});
