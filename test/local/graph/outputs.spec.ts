import assert from "node:assert/strict";
import { providerOutputs } from "../../../local/graph/outputs.ts";

const placement = { region: "eu-west-1", account: "123456789012" };

describe("what AWS adds to a resource", () => {
  it("is a UUID of its own for each mapping, the same each time", () => {
    const uuid = (name: string) =>
      providerOutputs("aws:lambda/eventSourceMapping:EventSourceMapping", name, {}, placement).uuid;
    assert.notEqual(uuid("compute-eu-order-confirmations"), uuid("compute-us-order-confirmations"));
    assert.equal(uuid("compute-orders"), uuid("compute-orders"));
    assert.match(String(uuid("compute-orders")), /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/);
  });
});
