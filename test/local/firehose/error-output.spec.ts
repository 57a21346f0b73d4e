import assert from "node:assert/strict";
import { gunzipSync } from "node:zlib";
import { newStream, onlyOrders, record, text } from "./fixtures.ts";

/** A stream that delivers at once, so that what is put wrongly is in the error output's buffer. */
const direct = { transform: undefined, delivery: { destinations: onlyOrders, buffer: { bytes: 1, ms: 0 } } };

describe("error output", () => {
  it("gathers failed records by interval, one document a line, dated by the oldest", async () => {
    const { stream, clock, objects } = newStream(direct);
    const arrival = clock.now();
    stream.put([record("first")]);
    await clock.advance(200_000);
    stream.put([record("second")]);
    await clock.advance(99_999);
    assert.equal(objects.objects.length, 0);
    await clock.advance(1);
    const [object, ...others] = objects.objects;
    assert.equal(others.length, 0);
    assert.equal(object?.bucket, "errors");
    assert.match(object.key, /^iceberg-failed\/2026\/01\/01\/00\/events-1-2026-01-01-00-00-00-/);
    assert.deepEqual(
      objects.documents().map(({ rawData, arrivalTimestamp }) => [text(rawData), arrivalTimestamp]),
      [
        ["first", arrival],
        ["second", arrival + 200_000],
      ],
    );
  });

  it("writes as soon as the size is reached", async () => {
    const { stream, clock, objects } = newStream({ ...direct, errors: { buffer: { bytes: 600, ms: 300_000 } } });
    stream.put([record("first"), record("second"), record("third"), record("fourth")]);
    await clock.advance(0);
    assert.ok(objects.documents().length >= 2);
  });

  it("compresses when the configuration says so", async () => {
    const { stream, clock, objects } = newStream({ ...direct, errors: { compression: "GZIP" } });
    stream.put([record("first")]);
    await clock.advance(300_000);
    const [object] = objects.objects;
    assert.match(object?.key ?? "", /\.gz$/);
    assert.match(gunzipSync(object?.body ?? "").toString(), /^\{"attemptsMade":1,.*\}\n$/);
  });

  it("repeats a write under the same key until it succeeds, however long that takes", async () => {
    const { stream, clock, objects } = newStream(direct);
    objects.refuse = () => true;
    stream.put([record("first")]);
    await clock.advance(7_200_000);
    assert.equal(stream.account().buffered, 1);
    assert.equal(stream.account().failed, 0);
    assert.ok(objects.keysTried.length > 100);
    assert.equal(new Set(objects.keysTried).size, 1);
    objects.refuse = () => false;
    await clock.advance(60_000);
    assert.equal(objects.documents().length, 1);
    assert.deepEqual(stream.account(), { accepted: 1, rows: 0, dropped: 0, failed: 1, buffered: 0 });
  });
});
