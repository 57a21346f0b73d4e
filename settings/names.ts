/**
 * Every name that more than one part of the system must agree on, derived from the project, the stack and the topic
 * and written nowhere else.
 */
export interface Names {
  /** Prefix of every physical name: `{project}-{stack}`. */
  prefix: string;
  /** What precedes the topic in a queue's name; the topic is the rest, dashes and all. */
  topicQueuePrefix: string;
  topicQueue(topic: string): string;
  deadLetterQueue: string;
  deliveryStream: string;
  /** Glue allows no dashes where Athena and Firehose must read the name. */
  database(layer: Layer): string;
  table(topic: string): string;
}

export type Layer = "raw" | "curated" | "semantic";

/** @param project Pulumi project name. @param stack Pulumi stack name. */
export function namesFor(project: string, stack: string): Names {
  const prefix = `${project}-${stack}`;
  const topicQueuePrefix = `${prefix}-topic-`;
  return {
    prefix,
    topicQueuePrefix,
    topicQueue: (topic) => `${topicQueuePrefix}${topic}`,
    deadLetterQueue: `${prefix}-dlq`,
    deliveryStream: `${prefix}-events`,
    database: (layer) => underscored(`${prefix}-${layer}`),
    table: underscored,
  };
}

function underscored(name: string): string {
  return name.replaceAll("-", "_");
}
