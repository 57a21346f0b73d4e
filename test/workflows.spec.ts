import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import validator from "@action-validator/core";

const ROOT = new URL("../", import.meta.url);
const FOLDER = new URL(".github/workflows/", ROOT);

const { scripts } = JSON.parse(readFileSync(new URL("package.json", ROOT), "utf8")) as {
  scripts: Record<string, string>;
};

const SCRIPTS_OF_NPM = ["ci", "start", "test"];

describe("the workflows of GitHub Actions", () => {
  for (const file of readdirSync(FOLDER)) {
    const text = readFileSync(new URL(file, FOLDER), "utf8");

    it(`${file} is of the form that GitHub asks for`, () => {
      assert.deepEqual(validator.validateWorkflow(text).errors, []);
    });

    it(`${file} calls scripts that there are`, () => {
      const called = [...text.matchAll(/\bnpm (?:run (?:-s )?)?([\w-]+)/g)].map(([, name = ""]) => name);
      assert.ok(called.length > 0);
      for (const name of called) assert.ok(name in scripts || SCRIPTS_OF_NPM.includes(name), `npm run ${name}`);
    });
  }

  it("would be found out if they were not", () => {
    const { errors } = validator.validateWorkflow("on: push\njobs: { a: { runs-on: x, stepz: [] } }");
    assert.ok(errors.length > 0);
  });
});
