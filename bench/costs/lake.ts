import type { StackGraph } from "../../local/graph/types.ts";
import { SECONDS_A_MONTH, type Usage } from "./bill.ts";
import { invocations } from "./ingestion.ts";
import { deliveryBuffer, machines, scheduleSeconds, topicCount } from "./stack.ts";
import { type Load, type Measured, rateOf } from "./traffic.ts";
import { happyPath } from "./transitions.ts";

/** Objects of a commit: the data file, its manifest, the manifest list, the table's metadata. */
const PUTS_A_COMMIT = 4;
const MINIMUM_TB = 10e6 / 1e12;
/** Parquet of JSON text, of its length [?]. */
const COMPRESSED = 0.25;
/** Of a message id in Parquet, bytes [?]. */
const ID_BYTES = 20;
/** RAW, CURATED and SEMANTIC. */
const COPIES = 3;

/** What the tables cost: Firehose's commits, the refinery's runs, what is stored after a month. */
export function lake(graph: StackGraph, load: Load, measured: Measured): Usage[] {
  const topics = topicCount(graph);
  const rate = rateOf(load, topics);
  const commits = topics * commitsOf(rate, deliveryBuffer(graph).seconds);
  const runSeconds = scheduleSeconds(graph, "refinery");
  const runs = SECONDS_A_MONTH / runSeconds;
  // A topic without news is passed over.
  const refined = runs * topics * (1 - Math.exp(-rate * runSeconds));
  const { run, topic } = machines(graph);
  const path = happyPath(topic, ["curate", "refine", "reject", "count"]);
  const monthTb = (load.messages * load.bytes * COMPRESSED) / 1e12;
  const scannedTb = refined * path.queries * MINIMUM_TB + 2 * monthTb + idScans(load, topics, refined);
  return [
    traffic("S3", "Firehose's commits", commits * PUTS_A_COMMIT, "s3Put"),
    traffic("S3", "the refinery's commits", refined * 3 * PUTS_A_COMMIT, "s3Put"),
    traffic("S3", "a month's rows, kept for a month", monthTb * 1000 * COPIES, "s3GbMonth"),
    traffic("Athena", "the refinery's statements", scannedTb, "athenaTb"),
    traffic("Step Functions", "the refinery's topics", refined * path.transitions, "stateTransition"),
    standing("Step Functions", "the refinery's runs", runs * happyPath(run, []).transitions, "stateTransition"),
    standing("Scheduler", "the refinery's runs", runs, "schedule"),
    standing("DynamoDB", "the refinery's lock", runs * 2, "dynamoWrite"),
    traffic("DynamoDB", "what is known of the topics", refined, "dynamoWrite"),
    ...invocations(graph, "refinery-plan", runs, measured, true),
    ...invocations(graph, "water-balance", runs, measured, true),
  ];
}

/** Commits a month of one topic: of buffers that hold something, which is nearly all or nearly none of them. */
export function commitsOf(rate: number, seconds: number): number {
  const buffer = Math.max(seconds, 1);
  return (SECONDS_A_MONTH / buffer) * (1 - Math.exp(-rate * buffer));
}

/** The merge looks for each new message's id among those of its table: on average half of a month's, in TB. */
function idScans(load: Load, topics: number, refined: number): number {
  const halfOfATopic = load.messages / topics / 2;
  return (refined * 2 * halfOfATopic * ID_BYTES) / 1e12;
}

function traffic(service: string, what: string, units: number, price: Usage["price"]): Usage {
  return { service, what, units, price, standing: false };
}

function standing(service: string, what: string, units: number, price: Usage["price"]): Usage {
  return { ...traffic(service, what, units, price), standing: true };
}
