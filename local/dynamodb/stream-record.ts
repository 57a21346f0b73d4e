import { randomUUID } from "node:crypto";
import type { StreamViewType } from "./configuration.ts";
import { type Item, isSameItem, itemBytes } from "./item.ts";

/** An item before and after a write; undefined where it did not exist. */
export interface Change {
  /** The item's key attributes. */
  keys: Item;
  before: Item | undefined;
  after: Item | undefined;
}

/** A record as a stream's consumer sees it: https://docs.aws.amazon.com/lambda/latest/dg/with-ddb.html */
export interface DynamoDbRecord {
  eventID: string;
  eventName: "INSERT" | "MODIFY" | "REMOVE";
  eventVersion: string;
  eventSource: "aws:dynamodb";
  awsRegion: string;
  dynamodb: {
    /** Epoch seconds, rounded down. */
    ApproximateCreationDateTime: number;
    Keys: Item;
    NewImage?: Item;
    OldImage?: Item;
    /** 21 digits. */
    SequenceNumber: string;
    SizeBytes: number;
    StreamViewType: StreamViewType;
  };
  eventSourceARN: string;
}

/** Where and when in a stream a change stands. */
export interface RecordPlace {
  streamArn: string;
  viewType: StreamViewType;
  /** Of the record in its stream, from 0. */
  position: number;
  /** Epoch milliseconds. */
  createdAt: number;
}

/** Whether a write has a record: one that changes nothing has none (https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Streams.html). */
export function isChange({ before, after }: Change): boolean {
  return !isSameItem(before, after);
}

export function streamRecord(
  change: Change,
  { streamArn, viewType, position, createdAt }: RecordPlace,
): DynamoDbRecord {
  const { keys, before, after } = change;
  const images = {
    ...(after !== undefined && SHOWS_NEW.has(viewType) ? { NewImage: after } : {}),
    ...(before !== undefined && SHOWS_OLD.has(viewType) ? { OldImage: before } : {}),
  };
  return {
    eventID: randomUUID().replaceAll("-", ""),
    eventName: before === undefined ? "INSERT" : after === undefined ? "REMOVE" : "MODIFY",
    eventVersion: "1.1",
    eventSource: "aws:dynamodb",
    awsRegion: streamArn.split(":")[3] ?? "",
    dynamodb: {
      ApproximateCreationDateTime: Math.floor(createdAt / 1000),
      Keys: keys,
      ...images,
      SequenceNumber: sequenceNumber(position),
      SizeBytes: [keys, ...Object.values(images)].reduce((sum, image) => sum + itemBytes(image), 0),
      StreamViewType: viewType,
    },
    eventSourceARN: streamArn,
  };
}

const SHOWS_NEW: ReadonlySet<StreamViewType> = new Set(["NEW_IMAGE", "NEW_AND_OLD_IMAGES"]);
const SHOWS_OLD: ReadonlySet<StreamViewType> = new Set(["OLD_IMAGE", "NEW_AND_OLD_IMAGES"]);

/** 21 to 40 digits, growing: https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_streams_StreamRecord.html */
function sequenceNumber(position: number): string {
  return `1${String(position + 1).padStart(20, "0")}`;
}
