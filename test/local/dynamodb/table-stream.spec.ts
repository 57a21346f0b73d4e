import assert from "node:assert/strict";
import { TableStream } from "../../../local/dynamodb/table-stream.ts";
import { virtualClock } from "../../support/virtual-clock.ts";
import { streamArn } from "./fixtures.ts";

const DAY = 24 * 60 * 60 * 1000;

function setUp() {
  const clock = virtualClock();
  const stream = new TableStream({ arn: streamArn, label: "label", viewType: "NEW_IMAGE" }, clock);
  const insert = (...ids: string[]) =>
    stream.append(ids.map((id) => ({ keys: { id: { S: id } }, before: undefined, after: { id: { S: id } } })));
  const idAt = (position: number) => stream.read(position)?.record.dynamodb.Keys.id?.S;
  return { clock, stream, insert, idAt };
}

describe("a table's stream", () => {
  it("keeps records in their order, with growing sequence numbers", () => {
    const { stream, insert, idAt } = setUp();
    insert("a", "b");
    insert("c");
    assert.deepEqual([0, 1, 2, 3].map(idAt), ["a", "b", "c", undefined]);
    const numbers = [0, 1, 2].map((position) => stream.read(position)?.record.dynamodb.SequenceNumber ?? "");
    assert.deepEqual(numbers, numbers.toSorted());
    assert.equal(new Set(numbers).size, 3);
  });

  it("tells its listeners of records, and not of writes without one", () => {
    const { stream, insert } = setUp();
    let told = 0;
    const end = stream.onRecord(() => {
      told += 1;
    });
    insert("a");
    stream.append([{ keys: {}, before: { id: { S: "a" } }, after: { id: { S: "a" } } }]);
    assert.equal(told, 1);
    end();
    insert("b");
    assert.equal(told, 1);
  });

  it("trims records after 24 hours", async () => {
    const { clock, stream, insert, idAt } = setUp();
    insert("a");
    await clock.advance(DAY / 2);
    insert("b");
    await clock.advance(DAY / 2);
    assert.deepEqual([stream.oldest, stream.next, idAt(0), idAt(1)], [1, 2, "b", "b"]);
    await clock.advance(DAY / 2);
    assert.deepEqual([stream.oldest, stream.next, idAt(0)], [2, 2, undefined]);
  });
});
