import assert from "node:assert/strict";
import { ExemptionError, readExemptions } from "../../../policypack/core/exemptions.ts";
import { noticeIn } from "../../../policypack/core/notices.ts";
import { LOG_GROUP } from "../../../policypack/core/types.ts";
import { POLICIES } from "../../../policypack/policies.ts";
import { judged, registration } from "../../support/policies.ts";

const read = (text: string) => readExemptions(text, POLICIES, "exemptions.yaml");
const entry = (fields: string) => `exemptions:\n  - { ${fields} }\n`;
const GOOD = `policy: logs-retention, resources: ["${LOG_GROUP}::group"], reason: "Kept for the audit of 2026", until: 2026-12-31`;
const retention = POLICIES.filter(({ name }) => name === "logs-retention");

async function judgedWith(exemptions: ReturnType<typeof read>, today: string, inputs = {}) {
  const found = await judged(retention, [registration(LOG_GROUP, "group", inputs)], { exemptions, today });
  return found.map(({ level, message }) => [level, noticeIn(message) ?? "violation"]);
}

describe("exemptions", () => {
  it("name all that is wrong with them at once, with where and what", () => {
    const bad = entry('policy: no-such, resources: ["group"], reason: "short", until: soon, because: x');
    assert.throws(
      () => read(bad),
      (error) => {
        assert.ok(error instanceof ExemptionError);
        for (const part of [".policy", ".resources", ".reason", ".until", ".because"]) {
          assert.ok(error.message.includes(`exemptions.yaml: exemptions[0]${part}`), part);
        }
        return true;
      },
    );
    assert.throws(() => read("exemptions: nothing"), /must be a list/);
    assert.throws(() => read("exemptions: ["), /exemptions.yaml: /);
    assert.throws(
      () => read(entry(GOOD.replace("::group", "::*"))),
      /a mandatory policy needs each resource by its name/,
    );
    assert.throws(() => read(entry(GOOD.replace("12-31", "02-30"))), /must be a day/);
  });

  it("are none where the file says nothing", () => {
    assert.deepEqual(read(""), []);
  });

  it("spare the resource, and are shown, up to their last day", async () => {
    assert.deepEqual(await judgedWith(read(entry(GOOD)), "2026-12-31"), [["advisory", "exempted"]]);
  });

  it("are violations once they have ended", async () => {
    assert.deepEqual(await judgedWith(read(entry(GOOD)), "2027-01-01"), [
      ["mandatory", "violation"],
      ["mandatory", "expiredExemption"],
    ]);
  });

  it("are shown where they exempt nothing", async () => {
    const found = await judgedWith(read(entry(GOOD)), "2026-06-01", { retentionInDays: 7 });
    assert.deepEqual(found, [["advisory", "unusedExemption"]]);
  });

  it("count in their stacks alone", async () => {
    const elsewhere = read(entry(`${GOOD}, stacks: [prod]`));
    assert.deepEqual(await judgedWith(elsewhere, "2026-06-01"), [["mandatory", "violation"]]);
  });
});
