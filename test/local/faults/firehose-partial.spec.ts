import assert from "node:assert/strict";
import { firehosePartial } from "../../../local/faults/firehose-partial.ts";
import { batchOf, FakeService, firehoseOf, idsOf, type PutAnswer, scene } from "./fixtures.ts";

/** Puts a batch to Firehose with the fault in the way. */
async function put(ids: readonly string[], asked: Parameters<typeof scene>[1] = {}) {
  const { parts, clock, trigger } = scene("firehose-partial", asked);
  const { service, tables } = firehoseOf(clock);
  const faulty = firehosePartial(parts).service?.(service);
  const answer = (await faulty?.call("PutRecordBatch", batchOf(ids))) as PutAnswer;
  await service.flush();
  return { answer, stored: tables.ids(), trigger };
}

describe("fault firehose-partial", () => {
  it("refuses some records of a batch, each in its place, and stores the others alone", async () => {
    const ids = idsOf(500);
    const { answer, stored, trigger } = await put(ids, { rate: 0.2 });
    assert.equal(answer.RequestResponses.length, 500);
    const refused = ids.filter((_, index) => answer.RequestResponses[index]?.ErrorCode !== undefined);
    assert.ok(refused.length > 60 && refused.length < 140, `${refused.length} of 500`);
    assert.equal(answer.FailedPutCount, refused.length);
    assert.equal(trigger.injected, refused.length);
    assert.deepEqual(
      stored,
      ids.filter((id) => !refused.includes(id)),
    );
    for (const response of answer.RequestResponses) {
      if (response.ErrorCode === undefined) assert.equal(typeof response.RecordId, "string");
      else assert.deepEqual(response, { ErrorCode: "ServiceUnavailableException", ErrorMessage: "Slow down." });
    }
    assert.equal(new Set(answer.RequestResponses.map(({ RecordId }) => RecordId)).size, 500 - refused.length + 1);
  });

  it("repeats for the same seed", async () => {
    const refused = async (seed: number) =>
      (await put(idsOf(100), { rate: 0.2, seed })).answer.RequestResponses.map(({ ErrorCode }) => ErrorCode);
    assert.deepEqual(await refused(1), await refused(1));
    assert.notDeepEqual(await refused(1), await refused(2));
  });

  it("can refuse every record", async () => {
    const { answer, stored } = await put(["a", "b"]);
    assert.equal(answer.FailedPutCount, 2);
    assert.equal(answer.RequestResponses.length, 2);
    assert.deepEqual(stored, []);
  });

  it("answers as Firehose does where it refuses none", async () => {
    const { answer } = await put(["a", "b"], { rate: 0 });
    assert.equal(answer.FailedPutCount, 0);
    assert.deepEqual(
      answer.RequestResponses.map(({ RecordId }) => typeof RecordId),
      ["string", "string"],
    );
  });

  it("holds a request to the limits as it was sent", async () => {
    await assert.rejects(put(idsOf(501), { rate: 0.2 }), { name: "ValidationException" });
    await assert.rejects(put([]), { name: "ValidationException" });
  });

  it("leaves other calls and services as they are", async () => {
    const { parts, trigger } = scene("firehose-partial");
    const [firehose, sqs] = [new FakeService("firehose"), new FakeService("sqs")];
    const fault = firehosePartial(parts);
    assert.equal(fault.service?.(sqs), sqs);
    await fault.service?.(firehose).call("PutRecord", { Record: {} });
    assert.equal(firehose.calls.length, 1);
    assert.equal(trigger.injected, 0);
  });
});
