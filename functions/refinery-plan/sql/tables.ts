import { table } from "./text.ts";

/** A topic's tables and its view, as they stand in SQL. */
export interface TopicTables {
  raw: string;
  curated: string;
  semantic: string;
  rejected: string;
  current: string;
}

/** Names that the functions are given by their environment, since settings/names.ts is where they are made. */
export interface Databases {
  raw: string;
  curated: string;
  semantic: string;
}

export function topicTables({ raw, curated, semantic }: Databases, topic: string): TopicTables {
  return {
    raw: table(raw, tableName(topic)),
    curated: table(curated, tableName(topic)),
    semantic: table(semantic, tableName(topic)),
    rejected: table(semantic, rejectedName(topic)),
    current: table(semantic, currentName(topic)),
  };
}

/** Of a topic's table in each of the three databases. */
export function tableName(topic: string): string {
  return topic.replaceAll("-", "_");
}

export function rejectedName(topic: string): string {
  return `${tableName(topic)}_rejected`;
}

export function currentName(topic: string): string {
  return `${tableName(topic)}_current`;
}
