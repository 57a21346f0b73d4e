import assert from "node:assert/strict";
import { AthenaClient } from "@aws-sdk/client-athena";
import { queryIn } from "../../../scripts/smoke/athena.ts";
import { virtualClock } from "../../support/virtual-clock.ts";

const data = (...values: (string | undefined)[]) => ({ Data: values.map((VarCharValue) => ({ VarCharValue })) });

/** A client whose query is in these states, one after the other, and answers these pages. */
function fake(states: string[], pages: unknown[] = []) {
  const sent: { name: string; input: Record<string, unknown> }[] = [];
  const client = {
    async send({ constructor: { name }, input }: { constructor: { name: string }; input: Record<string, unknown> }) {
      sent.push({ name, input });
      if (name === "StartQueryExecutionCommand") return { QueryExecutionId: "q-1" };
      if (name === "GetQueryExecutionCommand") {
        return { QueryExecution: { Status: { State: states.shift(), StateChangeReason: "TABLE_NOT_FOUND" } } };
      }
      return pages[Number(input.NextToken ?? 0)];
    },
  };
  // What paginators ask of a client.
  return { sent, client: Object.setPrototypeOf(client, AthenaClient.prototype) as AthenaClient };
}

describe("queryIn", () => {
  it("waits for the query and reads every page, without the header", async () => {
    const clock = virtualClock();
    const { client, sent } = fake(
      ["QUEUED", "RUNNING", "SUCCEEDED"],
      [
        { ResultSet: { Rows: [data("topic", "n"), data("orders", "1")] }, NextToken: "1" },
        { ResultSet: { Rows: [data("topic", "n"), data("events", undefined)] } },
      ],
    );
    const rows = queryIn(client, "dev", clock)("SELECT 1");
    await clock.advance(10_000);
    assert.deepEqual(await rows, [{ topic: "orders", n: "1" }, { topic: "topic", n: "n" }, { topic: "events" }]);
    assert.deepEqual(sent[0], {
      name: "StartQueryExecutionCommand",
      input: { QueryString: "SELECT 1", WorkGroup: "dev" },
    });
  });

  for (const state of ["FAILED", "CANCELLED"]) {
    it(`ends with Athena's reason where the query is ${state}`, async () => {
      const { client } = fake([state]);
      await assert.rejects(queryIn(client, "dev", virtualClock())("SELECT 1"), {
        name: "OperatorError",
        message: `Athena: query q-1 in workgroup dev: ${state}: TABLE_NOT_FOUND`,
      });
    });
  }
});
