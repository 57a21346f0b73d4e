import { createHash } from "node:crypto";
import type { LakeColumn, LakeTopic } from "../common/lake-topic.ts";
import type { CatalogTable } from "./catalog.ts";
import type { PlanItem } from "./plan-item.ts";
import type { Complete, Progress } from "./progress.ts";
import { CASTS_VERSION } from "./sql/casts.ts";
import { count } from "./sql/count.ts";
import { currentView } from "./sql/current-view.ts";
import { lost } from "./sql/lost.ts";
import { backfill, curate, type MergeOptions, refine, reject } from "./sql/merge.ts";
import { alterations, columnsAfter, SchemaRefusal } from "./sql/schema.ts";
import { currentName, type Databases, rejectedName, tableName, topicTables } from "./sql/tables.ts";
import { DAY_SECONDS, dayOf, dayStart, EVERYTHING, type IngestionWindow, windowStart } from "./sql/window.ts";

export interface PlanOptions {
  databases: Databases;
  /** Start of the run: epoch milliseconds. */
  startedAt: number;
  /** A row is in RAW at most so long after it was ingested. */
  marginSeconds: number;
  /** How many days are counted, today included. */
  balanceDays: number;
  /** Duplicates that come later than this are messages of their own; undefined: none ever is. */
  deduplicationDays: number | undefined;
}

/** What there is of a topic. */
export interface TopicState {
  raw: ReadonlyMap<string, CatalogTable>;
  curated: ReadonlyMap<string, CatalogTable>;
  semantic: ReadonlyMap<string, CatalogTable>;
  progress: Progress | undefined;
}

/** Input of a state, which an item is: https://docs.aws.amazon.com/step-functions/latest/dg/service-quotas.html */
const MAX_ITEM_BYTES = 262_144;
/** What the Map may add to an item. */
const ITEM_MARGIN_BYTES = 4096;

/** A topic without news is counted again after this. */
const IDLE_SECONDS = DAY_SECONDS;

/** @returns undefined for a topic that has nothing new. */
export function planTopic(topic: LakeTopic, state: TopicState, options: PlanOptions): PlanItem | undefined {
  const { databases, marginSeconds } = options;
  const complete = state.progress?.complete;
  const found = tablesOf(topic.topic, state);
  const nothing: PlanItem = {
    topic: topic.topic,
    refused: null,
    metadataLocation: found.raw?.metadataLocation ?? null,
    from: complete === undefined ? 0 : Math.max(0, complete.at - marginSeconds),
    columns: columnsDigest(topic.columns),
    lost: null,
    ddl: [],
    curate: null,
    refine: null,
    reject: null,
    backfill: null,
    count: null,
  };
  const { raw, curated, semantic, rejected } = found;
  if (raw === undefined || curated === undefined || semantic === undefined || rejected === undefined) {
    return { ...nothing, refused: missingTables(topic.topic, found, databases) };
  }
  try {
    const item = statements(nothing, topic, { ...found, raw, curated, semantic, rejected }, state.progress, options);
    if (item instanceof SchemaRefusal) return { ...nothing, refused: item.reason };
    const bytes = item === undefined ? 0 : Buffer.byteLength(JSON.stringify(item));
    if (bytes <= MAX_ITEM_BYTES - ITEM_MARGIN_BYTES) return item;
    const limit = `a state's input is limited to ${MAX_ITEM_BYTES}: declare fewer columns, or shorter names and paths`;
    return { ...nothing, refused: `topic ${topic.topic}: its statements have ${bytes} bytes, and ${limit}` };
  } catch (error) {
    return { ...nothing, refused: `topic ${topic.topic}: ${error instanceof Error ? error.message : String(error)}` };
  }
}

/** What of a topic's columns its rows are judged by. */
export function columnsDigest(columns: readonly LakeColumn[]): string {
  const judged = columns.map(({ name, type, path, required }) => [name, type, path, required]);
  return createHash("sha256")
    .update(JSON.stringify([CASTS_VERSION, judged]))
    .digest("hex")
    .slice(0, 16);
}

interface Found {
  raw: CatalogTable;
  curated: CatalogTable;
  semantic: CatalogTable;
  rejected: CatalogTable;
  current: CatalogTable | undefined;
}

type PerhapsFound = { [Table in keyof Found]: Found[Table] | undefined };

function tablesOf(topic: string, { raw, curated, semantic }: TopicState): PerhapsFound {
  const name = tableName(topic);
  return {
    raw: raw.get(name),
    curated: curated.get(name),
    semantic: semantic.get(name),
    rejected: semantic.get(rejectedName(topic)),
    current: semantic.get(currentName(topic)),
  };
}

function missingTables(topic: string, found: PerhapsFound, { raw, curated, semantic }: Databases): string {
  const missing = [
    ...(found.raw === undefined ? [`${raw}.${tableName(topic)}`] : []),
    ...(found.curated === undefined ? [`${curated}.${tableName(topic)}`] : []),
    ...(found.semantic === undefined ? [`${semantic}.${tableName(topic)}`] : []),
    ...(found.rejected === undefined ? [`${semantic}.${rejectedName(topic)}`] : []),
  ];
  return `topic ${topic}: Glue has no table ${missing.join(", ")}`;
}

function statements(
  nothing: PlanItem,
  topic: LakeTopic,
  found: Found,
  progress: Progress | undefined,
  options: PlanOptions,
): PlanItem | SchemaRefusal | undefined {
  const { databases, marginSeconds, balanceDays } = options;
  const complete = progress?.complete;
  const name = tableName(topic.topic);
  const tables = topicTables(databases, topic.topic);
  const now = Math.floor(options.startedAt / 1000);

  const altered = alterations(
    topic.topic,
    { database: databases.semantic, name },
    found.semantic.columns,
    topic.columns,
  );
  if (altered instanceof SchemaRefusal) return altered;
  // Rows are judged again by columns that are others: what was rejected may pass now. Those in SEMANTIC stay there.
  const isRejudged = complete?.columns !== nothing.columns;
  const names = columnsAfter(found.semantic.columns, topic.columns);
  const hasView = !isRejudged && String(found.current?.columns.map((column) => column.name)) === String(names);
  const ddl = [
    ...altered,
    ...(hasView ? [] : [currentView(tables.current, tables.semantic, names)]),
    ...(isRejudged ? [`DELETE FROM ${tables.rejected}`] : []),
  ];
  const hasFailed = progress?.failed !== undefined;
  const isTouched = complete === undefined || isOther(complete.left, found) || now - complete.at >= IDLE_SECONDS;
  const isSettled =
    complete?.balanced === true && complete.repair.length === 0 && complete.raw === found.raw.metadataLocation;
  if (isSettled && !hasFailed && !isTouched && ddl.length === 0) return undefined;

  const window: IngestionWindow = { from: nothing.from, repair: complete?.repair ?? [] };
  const counted = { from: dayStart(dayOf(now)) - (balanceDays - 1) * DAY_SECONDS, repair: window.repair };
  const refined = merging(isRejudged ? EVERYTHING : window, options);
  const isLooking = complete !== undefined && isTouched && !hasFailed && !isRejudged;
  return {
    ...nothing,
    lost: isLooking ? lost(tables, { window: counted, before: complete.at + 1, now }) : null,
    ddl,
    curate: curate(tables, merging(window, options)),
    refine: refine(tables, topic, refined),
    reject: reject(tables, topic, refined) ?? null,
    backfill: (isRejudged ? backfill(tables, topic) : undefined) ?? null,
    count: count(tables, {
      ...merging(counted, options),
      // The second that the run began in included, so that what was there before it is counted.
      before: now + 1,
      youngFrom: now - marginSeconds,
      deduplicationSeconds: inSeconds(options.deduplicationDays),
    }),
  };
}

function merging(window: IngestionWindow, { deduplicationDays }: PlanOptions): MergeOptions {
  const seconds = inSeconds(deduplicationDays);
  return { window, knownSince: seconds === undefined ? undefined : windowStart(window) - seconds };
}

function inSeconds(days: number | undefined): number | undefined {
  return days === undefined ? undefined : days * DAY_SECONDS;
}

/** Whether somebody has changed a table since the last run left it; compaction does too. */
function isOther(left: Complete["left"], { curated, semantic, rejected }: Found): boolean {
  return (
    left?.curated !== curated.metadataLocation ||
    left?.semantic !== semantic.metadataLocation ||
    left?.rejected !== rejected.metadataLocation
  );
}
