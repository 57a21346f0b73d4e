import assert from "node:assert/strict";
import { updateIf } from "../../../functions/common/conditional-update.ts";
import { openTrackerTable, type TrackerTable } from "../support/dynamodb.ts";
import { requestedItem } from "../support/replay.ts";

describe("updateIf", () => {
  let table: TrackerTable;
  before(async () => {
    table = await openTrackerTable();
  });
  after(() => table.close());

  const update = {
    key: requestedItem(),
    UpdateExpression: "SET #status = :to",
    ConditionExpression: "#status = :from",
    values: { ":from": "ARCHIVED", ":to": "REPLAYED" },
  };

  it("changes an item that is as expected, and says whether it was", async () => {
    await table.put(requestedItem({ status: "ARCHIVED" }));
    assert.equal(await updateIf(table.client, table.name, update), true);
    assert.equal((await table.get(update.key))?.status, "REPLAYED");
    assert.equal(await updateIf(table.client, table.name, update), false);
  });

  it("throws whatever else DynamoDB says", async () => {
    await assert.rejects(updateIf(table.client, "another", update), { name: "ResourceNotFoundException" });
  });

  it("is ended by its signal", async () => {
    await assert.rejects(updateIf(table.client, table.name, update, AbortSignal.abort()), { name: "AbortError" });
  });
});
