import assert from "node:assert/strict";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { readTopics } from "../../../functions/common/topics.ts";

describe("readTopics", () => {
  let directory: string;
  before(async () => {
    directory = await mkdtemp(join(tmpdir(), "topics with space-"));
  });
  after(() => rm(directory, { recursive: true }));

  const read = () => readTopics(pathToFileURL(join(directory, "index.mjs")).href);

  it("names the file that is not there, rather than know no topic", () => {
    assert.throws(read, /ENOENT.*topics\.json/);
  });

  it("reads the file beside the module", async () => {
    await writeFile(join(directory, "topics.json"), '{"order-events":"0"}');
    assert.deepEqual(read(), { "order-events": "0" });
  });
});
