import assert from "node:assert/strict";
import { fileURLToPath } from "node:url";
import { Companions } from "../../../local/run/companions.ts";
import { parseOptions } from "../../../local/run/options.ts";

const pack = fileURLToPath(new URL("../../fixtures/packs/objecting", import.meta.url));

describe("the processes beside a run", () => {
  let companions: Companions;
  afterEach(() => companions.close());

  it("are a pack and a producer, both of which end with the run, as what hears a Ctrl-C does", async () => {
    const listeners = process.listenerCount("SIGINT");
    companions = new Companions(parseOptions([]), pack);
    const { port } = await companions.pack;
    await companions.producer?.ready;
    const pid = companions.producer?.pid ?? assert.fail("no producer");
    assert.ok(port > 0);
    assert.equal(process.listenerCount("SIGINT"), listeners + 1);
    await companions.close();
    await assert.rejects(companions.producer?.send({} as never, () => undefined) ?? assert.fail(), /SIGKILL/);
    assert.throws(() => process.kill(pid, 0));
    assert.equal(process.listenerCount("SIGINT"), listeners);
  });

  it("are no producer where there is nothing to send, and no pack of a stack that has no settings", async () => {
    companions = new Companions(parseOptions(["--serve", "--stack", "nosuch"]), pack);
    assert.equal(companions.producer, undefined);
    await assert.rejects(companions.pack, /"nosuch" has no Pulumi\.nosuch\.yaml/);
  });
});
