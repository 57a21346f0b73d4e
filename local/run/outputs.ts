import { z } from "zod";
import type { StackGraph } from "../graph/types.ts";

/** What the program exports, as a run needs it. */
export interface StackOutputs {
  /** By topic. */
  queueUrls: ReadonlyMap<string, string>;
  /** By topic. */
  queueNames: ReadonlyMap<string, string>;
  deadLetterQueueName: string;
  /** By topic, as `database.table`; those of retired topics too, as the others. */
  rawTables: ReadonlyMap<string, string>;
  curatedTables: ReadonlyMap<string, string>;
  semanticTables: ReadonlyMap<string, string>;
  rejectedTables: ReadonlyMap<string, string>;
  /** As `database.table`. */
  balanceTable: string;
  /** Athena's, by name. */
  workgroup: string;
  /** ARN of the state machine. */
  refineryMachine: string;
  errorBucket: string;
  archiveBucket: string;
  /** Name of the table. */
  errorTracker: string;
  /** Name of the table. */
  circuitTable: string;
}

const exported = z.object({
  queueUrls: z.record(z.string(), z.string()),
  deadLetterQueue: z.object({ url: z.string() }),
  rawTables: z.record(z.string(), z.string()),
  curatedTables: z.record(z.string(), z.string()),
  semanticTables: z.record(z.string(), z.string()),
  rejectedTables: z.record(z.string(), z.string()),
  balanceTable: z.string(),
  workgroup: z.string(),
  refineryMachine: z.string(),
  errorBucket: z.string(),
  archiveBucket: z.string(),
  errorTracker: z.string(),
  circuitTable: z.string(),
});

/** @throws ZodError when the program no longer exports what a run needs. */
export function stackOutputs(graph: StackGraph): StackOutputs {
  const { queueUrls, deadLetterQueue, rawTables, curatedTables, semanticTables, rejectedTables, ...rest } =
    exported.parse(graph.outputs);
  return {
    queueUrls: new Map(Object.entries(queueUrls)),
    queueNames: new Map(Object.entries(queueUrls).map(([topic, url]) => [topic, nameOf(url)])),
    deadLetterQueueName: nameOf(deadLetterQueue.url),
    rawTables: new Map(Object.entries(rawTables)),
    curatedTables: new Map(Object.entries(curatedTables)),
    semanticTables: new Map(Object.entries(semanticTables)),
    rejectedTables: new Map(Object.entries(rejectedTables)),
    ...rest,
  };
}

/** A queue's URL ends with its name. */
function nameOf(queueUrl: string): string {
  return queueUrl.split("/").at(-1) ?? "";
}
