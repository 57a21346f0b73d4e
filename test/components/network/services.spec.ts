import assert from "node:assert/strict";
import { readdirSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";
import { CALLED_SERVICES, calledServices, SERVICE_ENDPOINTS } from "../../../components/network/services.ts";
import { FUNCTION_NAMES } from "../../../settings/names.ts";

const root = fileURLToPath(new URL("../../../", import.meta.url));

/** The SDK's clients in a function's bundle. */
async function clientsOf(name: string): Promise<string[]> {
  const { metafile } = await build({
    absWorkingDir: root,
    entryPoints: [`functions/${name}/index.ts`],
    bundle: true,
    format: "esm",
    platform: "node",
    mainFields: ["module", "main"],
    treeShaking: true,
    write: false,
    metafile: true,
    logLevel: "silent",
  });
  const inBundle = Object.values(metafile.outputs).flatMap(({ inputs }) =>
    Object.entries(inputs).flatMap(([path, { bytesInOutput }]) => (bytesInOutput > 0 ? [path] : [])),
  );
  const clients = inBundle.flatMap((path) => /node_modules\/@aws-sdk\/client-([a-z0-9-]+)\//.exec(path)?.[1] ?? []);
  return [...new Set(clients)].toSorted();
}

describe("the services that functions call", function () {
  this.timeout(120_000);

  it("are those whose clients are in their bundles", async () => {
    const folders = readdirSync(`${root}functions`).filter((folder) => folder !== "common");
    const found = await Promise.all(folders.map(async (folder) => [folder, await clientsOf(folder)]));
    assert.deepEqual(Object.fromEntries(found), CALLED_SERVICES);
  });

  it("are asked for on behalf of those functions that a stack has", () => {
    for (const [service, callers] of calledServices()) {
      assert(callers.length > 0, service);
      assert(
        callers.every((caller) => FUNCTION_NAMES.includes(caller)),
        service,
      );
    }
    assert.deepEqual(calledServices().get("sns"), ["circuit-breaker"]);
  });

  it("have actions in alphabetical order, each of one service", () => {
    for (const [service, { actions }] of Object.entries(SERVICE_ENDPOINTS)) {
      assert.deepEqual(actions, [...actions].toSorted(), service);
      assert.equal(new Set(actions.map((action) => action.split(":")[0])).size, 1, service);
    }
  });
});
