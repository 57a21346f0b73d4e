import assert from "node:assert/strict";
import { createLog } from "../../../functions/common/log.ts";
import { createHandler } from "../../../functions/firehose-transform/handler.ts";
import { routesTo } from "../../../functions/firehose-transform/transform.ts";
import { virtualClock } from "../../support/virtual-clock.ts";
import { lambdaContext } from "../support/sqs.ts";

async function invoke(rows: readonly string[]) {
  const clock = virtualClock();
  const lines: string[] = [];
  const handler = createHandler({
    routes: routesTo("raw", { events: "events" }),
    log: createLog({ write: (line) => lines.push(line), now: clock.now, fields: { service: "firehose-transform" } }),
  });
  const records = rows.map((text, n) => ({
    recordId: String(n),
    approximateArrivalTimestamp: 0,
    data: Buffer.from(text).toString("base64"),
  }));
  const event = { invocationId: "i", deliveryStreamArn: "arn", region: "eu-west-1", records };
  return { answer: await handler(event, lambdaContext(clock)), lines };
}

describe("the firehose-transform's handler", () => {
  it("answers Firehose with its records, and logs nothing when all are routed", async () => {
    const { answer, lines } = await invoke(['{"topic_name":"events"}']);
    assert.deepEqual(Object.keys(answer), ["records"]);
    assert.deepEqual(
      answer.records.map(({ result }) => result),
      ["Ok"],
    );
    assert.deepEqual(lines, []);
  });

  it("logs why records failed, in one line and without their content", async () => {
    const { lines } = await invoke(['{"topic_name":"secret"}', "secret", '{"topic_name":"secret"}']);
    assert.equal(lines.length, 1);
    const { reasons, level, function_request_id } = JSON.parse(lines[0] ?? "");
    assert.deepEqual(reasons, { TOPIC_UNKNOWN: 2, ROW_NOT_JSON: 1 });
    assert.deepEqual([level, function_request_id], ["ERROR", "request-1"]);
    assert.ok(!lines[0]?.includes("secret"));
  });
});
