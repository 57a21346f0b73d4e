import assert from "node:assert/strict";
import { keep, keepReason } from "../../../functions/dlq-processor/keep.ts";
import { archived, invocationOf, stores } from "../support/dlq.ts";
import { archiveObject, KEY } from "../support/replay.ts";

const { archived_at: _, ...object } = archiveObject();
const FAILED = { date: "2026-11-23", object };

describe("keep", () => {
  it("archives before it tracks, and says whether that was news", async () => {
    const store = stores();
    const track = store.tracker.archived.bind(store.tracker);
    store.tracker.archived = async (failure) => {
      assert.deepEqual([...store.archive.objects.keys()], [failure.archive_key]);
      return track(failure);
    };
    assert.equal(await keep(FAILED, invocationOf(store)), true);
    assert.deepEqual(archived(store, KEY), { ...object, archived_at: "2026-11-26T00:00:00.000Z" });
    assert.equal(await keep(FAILED, invocationOf(store)), false);
  });

  it("tracks nothing that it could not archive", async () => {
    const store = stores();
    store.archive.put = async () => {
      throw new Error("away");
    };
    await assert.rejects(keep(FAILED, invocationOf(store)), /away/);
    assert.equal(store.tracker.items.size, 0);
  });
});

describe("keepReason", () => {
  it("changes the reason in the archive, and then in the tracker", async () => {
    const store = stores();
    await keep(FAILED, invocationOf(store));
    const reason = { error_class: "DROP", error_type: "DATA_NOT_JSON", error_message: "why" } as const;
    await keepReason({ ...FAILED, object: { ...object, ...reason } }, invocationOf(store));
    assert.equal(archived(store).error_type, "DATA_NOT_JSON");
    assert.deepEqual(
      [...store.tracker.items.values()].map(({ error_type }) => error_type),
      ["DATA_NOT_JSON"],
    );
  });
});
