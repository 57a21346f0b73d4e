import assert from "node:assert/strict";
import { listMappings } from "../../../local/lambda-api/mapping-list.ts";
import { processor, queueArnOf, queueMapping, replay, statusOf, streamMapping, uuidOf } from "./fixtures.ts";

const mappings = [
  ...Array.from({ length: 250 }, (_, number) => statusOf(queueMapping(number))),
  statusOf(streamMapping(250)),
];

function page(parameters: Record<string, string> = {}) {
  const answer = listMappings(new URLSearchParams(parameters), mappings, [processor, replay]);
  const { NextMarker, EventSourceMappings } = answer as {
    NextMarker?: string;
    EventSourceMappings: { UUID: string; FunctionArn: string }[];
  };
  return { next: NextMarker, uuids: EventSourceMappings.map(({ UUID }) => UUID) };
}

/** Every page, one after the other. */
function pages(parameters: Record<string, string> = {}): string[][] {
  const found: string[][] = [];
  let marker: string | undefined;
  do {
    const { next, uuids } = page({ ...parameters, ...(marker === undefined ? {} : { Marker: marker }) });
    found.push(uuids);
    marker = next;
  } while (marker !== undefined);
  return found;
}

const every = mappings.map(({ configuration }) => configuration.uuid);

describe("the list of mappings", () => {
  it("comes in pages of at most 100, each mapping in one of them", () => {
    assert.deepEqual(
      pages().map(({ length }) => length),
      [100, 100, 51],
    );
    assert.deepEqual(pages().flat(), every);
    assert.deepEqual(pages({ MaxItems: "10000" }), pages());
    assert.deepEqual(pages({ MaxItems: "60" }).flat(), every);
  });

  it("has no next page where a page ends with the last mapping", () => {
    assert.equal(pages({ FunctionName: "processor", MaxItems: "50" }).length, 5);
  });

  it("keeps to a function, by name or ARN", () => {
    for (const FunctionName of ["replay", replay.arn, `${replay.arn}:$LATEST`]) {
      assert.deepEqual(pages({ FunctionName }), [[uuidOf(250)]]);
    }
    assert.equal(pages({ FunctionName: "processor" }).flat().length, 250);
  });

  it("keeps to an event source", () => {
    assert.deepEqual(pages({ EventSourceArn: queueArnOf(7) }), [[uuidOf(7)]]);
    assert.deepEqual(pages({ EventSourceArn: queueArnOf(7), FunctionName: "replay" }), [[]]);
    assert.deepEqual(pages({ EventSourceArn: "arn:aws:sqs:eu-west-1:123456789012:none" }), [[]]);
  });

  it("refuses a function that does not exist", () => {
    assert.throws(() => page({ FunctionName: "nobody" }), { name: "ResourceNotFoundException", status: 404 });
  });

  for (const [name, value] of [
    ["MaxItems", "0"],
    ["MaxItems", "10001"],
    ["MaxItems", "1.5"],
    ["MaxItems", "many"],
    ["Marker", "somewhere"],
    ["State", "Enabled"],
  ] as const) {
    it(`refuses ${name}=${value}`, () => {
      assert.throws(() => page({ [name]: value }), { name: "InvalidParameterValueException" });
    });
  }
});
