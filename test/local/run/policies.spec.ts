import assert from "node:assert/strict";
import { PassThrough } from "node:stream";
import { fileURLToPath } from "node:url";
import { startPack } from "../../../local/policy/pack-process.ts";
import { Display } from "../../../local/run/display.ts";
import { Policies } from "../../../local/run/policies.ts";
import { QUEUE, TABLE } from "../../../policypack/core/types.ts";
import { registration } from "../../support/policies.ts";

const pack = fileURLToPath(new URL("../../fixtures/packs/objecting", import.meta.url));
const queue = { ...registration(QUEUE, "orders"), source: { file: "index.ts", line: 7, column: 3 } };

const started = () => startPack(pack, "lean-ops", "dev");

function policies(...registrations: ReturnType<typeof registration>[]): Policies {
  return new Policies({
    project: "lean-ops",
    stack: "dev",
    pack: started(),
    registrations: Promise.resolve(registrations),
  });
}

async function admitted(asked: Policies): Promise<{ mayRun: boolean; text: string }> {
  const stream = new PassThrough();
  const mayRun = await asked.admit(new Display(stream as unknown as NodeJS.WriteStream));
  return { mayRun, text: String(stream.read()) };
}

describe("Policies of a run", function () {
  this.timeout(60_000);

  it("let a stack run that breaks none, and say so in a line", async () => {
    const { mayRun, text } = await admitted(policies(registration(TABLE, "tracker")));
    assert.ok(mayRun);
    assert.match(text, /^ {2}policy {4}1 policies: 0 mandatory, 0 advisories, 0 not evaluated {2}\d+\.\d s\n$/);
  });

  it("stop one that breaks a mandatory one, and name the resource, its place and the message", async () => {
    const { mayRun, text } = await admitted(policies(queue));
    assert.ok(!mayRun);
    assert.match(text, /1 mandatory/);
    assert.match(
      text,
      /^mandatory {2}no-queues {2}orders {2}index\.ts:7:3\n {2}There are no queues\.\n {2}It is a queue\.$/m,
    );
    assert.match(text, /^Nothing was sent: the stack breaks mandatory policies\.$/m);
  });

  it("end with an evaluation that fails", async () => {
    const failing = new Policies({
      project: "lean-ops",
      stack: "dev",
      pack: started(),
      registrations: Promise.reject(new Error("bad settings")),
    });
    await failing.ended();
    await assert.rejects(admitted(failing), /bad settings/);
  });
});
