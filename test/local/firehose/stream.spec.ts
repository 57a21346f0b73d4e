import assert from "node:assert/strict";
import { newStream, order, orders, record } from "./fixtures.ts";

describe("delivery stream", () => {
  it("gives each record an id of its own, in order", () => {
    const { stream } = newStream();
    const ids = [...stream.put([order("a"), order("b")]), ...stream.put([order("c")])];
    assert.equal(new Set(ids).size, 3);
    stream.close();
  });

  it("says where its records are, from the put to the row", async () => {
    const { stream, clock } = newStream();
    stream.put([order("a"), order("b")]);
    assert.deepEqual(stream.account(), { accepted: 2, rows: 0, dropped: 0, failed: 0, buffered: 2 });
    await clock.advance(60_000);
    assert.deepEqual(stream.account(), { accepted: 2, rows: 0, dropped: 0, failed: 0, buffered: 2 });
    await clock.advance(300_000);
    assert.deepEqual(stream.account(), { accepted: 2, rows: 2, dropped: 0, failed: 0, buffered: 0 });
  });

  it("counts what comes in as CloudWatch does", () => {
    const { stream } = newStream();
    stream.put([order("a"), order("b")]);
    stream.put([record("c")]);
    assert.deepEqual(stream.metrics.read("IncomingRecords"), { sum: 3, samples: 2 });
    assert.deepEqual(stream.metrics.read("IncomingPutRequests"), { sum: 2, samples: 2 });
    assert.equal(stream.metrics.read("IncomingBytes").sum, 2 * order("a").bytes + 1);
    stream.close();
  });

  it("flushes what it holds without waiting for an interval, errors included", async () => {
    const { stream, clock, tables, objects } = newStream();
    const start = clock.now();
    stream.put([order("a"), record({ id: "b" })]);
    await stream.flush();
    assert.deepEqual(tables.ids(orders), ["a"]);
    assert.equal(objects.documents().length, 1);
    assert.equal(stream.account().buffered, 0);
    assert.equal(clock.now(), start);
    assert.equal(clock.pending(), 0);
  });

  it("waits in a flush for the retries that are under way", async () => {
    const { stream, clock, tables } = newStream();
    tables.refuse = (attempt) => attempt === 1;
    stream.put([order("a")]);
    let flushed = false;
    const flush = stream.flush().then(() => {
      flushed = true;
    });
    await clock.advance(0);
    assert.equal(flushed, false);
    await clock.advance(60_000);
    assert.equal(flushed, true);
    await flush;
    assert.deepEqual(tables.ids(), ["a"]);
  });

  it("waits in a flush for the invocations that wait for their turn", async () => {
    const { stream, clock, tables, fn } = newStream({ transform: { buffer: { bytes: 1, ms: 0 } } });
    const { answer } = fn;
    fn.answer = async (event) => {
      await new Promise<void>((resolve) => clock.after(1000, resolve));
      return answer(event);
    };
    const ids = ["a", "b", "c", "d", "e", "f", "g"];
    stream.put(ids.map((id) => order(id)));
    const flush = stream.flush();
    await clock.advance(2000);
    await flush;
    assert.deepEqual(tables.ids(), ids);
  });

  it("starts no invocation after it was closed", async () => {
    const { stream, clock, fn } = newStream({ transform: { buffer: { bytes: 1, ms: 0 } } });
    const { answer } = fn;
    const finish: (() => void)[] = [];
    fn.answer = async (event) => {
      await new Promise<void>((resolve) => finish.push(resolve));
      return answer(event);
    };
    stream.put(["a", "b", "c", "d", "e", "f"].map((id) => order(id)));
    await clock.advance(0);
    stream.close();
    for (const resolve of finish) resolve();
    await clock.advance(0);
    assert.equal(fn.events.length, 5);
    assert.equal(stream.account().buffered, 6);
  });

  it("leaves no timer behind when it closes, and still says what it holds", async () => {
    const { stream, clock, tables, objects, fn } = newStream();
    const { answer } = fn;
    tables.refuse = () => true;
    objects.refuse = () => true;
    stream.put([order("a"), record({ id: "b" })]);
    void stream.flush();
    await clock.advance(0);
    const finish: (() => void)[] = [];
    fn.answer = async (event) => {
      await new Promise<void>((resolve) => finish.push(resolve));
      return answer(event);
    };
    stream.put([order("c")]);
    await clock.advance(60_000);
    stream.put([order("d")]);
    stream.close();
    finish[0]?.();
    await clock.advance(0);
    assert.equal(clock.pending(), 0);
    assert.deepEqual(stream.account(), { accepted: 4, rows: 0, dropped: 0, failed: 0, buffered: 4 });
  });
});
