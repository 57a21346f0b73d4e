import { Inputs, refuseAll } from "../graph/inputs.ts";
import { ofType, type StackGraph } from "../graph/types.ts";
import type { CreatedObject } from "./created-objects.ts";

const NOTIFICATION = "aws:s3/bucketNotification:BucketNotification";

/** What a queue is told of. */
export interface QueueNotification {
  id: string;
  queueArn: string;
  events: ReadonlySet<CreatedObject["by"]>;
  /** Of keys; empty for all. */
  prefix: string;
  suffix: string;
}

export interface NotificationConfiguration {
  bucket: string;
  region: string;
  queues: readonly QueueNotification[];
}

/** Inputs of `s3.BucketNotificationArgs` that change nothing locally, and why. */
export const ignoredInputs: Readonly<Record<string, string>> = {
  region: "the whole stack is in one region",
};

const EVENTS: Readonly<Record<string, readonly CreatedObject["by"][]>> = {
  "s3:ObjectCreated:*": ["Put", "Copy", "CompleteMultipartUpload"],
  "s3:ObjectCreated:Put": ["Put"],
  "s3:ObjectCreated:Copy": ["Copy"],
  "s3:ObjectCreated:CompleteMultipartUpload": ["CompleteMultipartUpload"],
};

/**
 * The notifications of a stack's buckets, as `PutBucketNotificationConfiguration` would take them
 * (https://docs.aws.amazon.com/AmazonS3/latest/API/API_PutBucketNotificationConfiguration.html). Whether a queue's
 * policy lets S3 send is judged where calls are authorised.
 *
 * @throws ResourceError with everything that AWS would refuse and all that the local cloud cannot do: other events than of
 *   created objects, other destinations than queues.
 */
export function notificationsOf(graph: StackGraph): NotificationConfiguration[] {
  const problems: string[] = [];
  const buckets = new Set(ofType(graph, "aws:s3/bucket:Bucket").map(({ state }) => state.bucket));
  const queueArns = new Set(ofType(graph, "aws:sqs/queue:Queue").map(({ state }) => state.arn));
  const seen = new Set<string>();
  const notifications = ofType(graph, NOTIFICATION).map((resource) => {
    const inputs = Inputs.of(resource, problems);
    inputs.only(["bucket", "queues"], ignoredInputs);
    const bucket = String(inputs.value("bucket"));
    if (!buckets.has(bucket)) inputs.refuse("bucket", `the stack has no bucket ${bucket}`);
    if (seen.has(bucket)) inputs.refuse("bucket", `${bucket} has notifications already; the later ones replace them`);
    seen.add(bucket);
    const queues = inputs
      .list("queues")
      .map((queue, index) => readQueue(queue, `${resource.name}-${index}`, queueArns));
    for (const [index, one] of queues.entries()) {
      if (queues.slice(0, index).some((other) => overlap(one, other))) {
        inputs.refuse(
          `queues[${index}]`,
          "Configurations overlap. Configurations on the same bucket cannot share a common event type.",
        );
      }
    }
    return { bucket, region: graph.region, queues };
  });
  refuseAll(problems);
  return notifications;
}

function readQueue(queue: Inputs, id: string, queueArns: ReadonlySet<unknown>): QueueNotification {
  queue.only(["id", "queueArn", "events", "filterPrefix", "filterSuffix"]);
  const queueArn = String(queue.value("queueArn"));
  if (!queueArns.has(queueArn)) queue.refuse("queueArn", `must be a standard queue of the stack, is ${queueArn}`);
  const wanted = queue.value("events");
  const events = Array.isArray(wanted) ? wanted.map(String) : [];
  if (events.length === 0) queue.refuse("events", "must name at least one event");
  const created = events.flatMap((event) => {
    if (!Object.hasOwn(EVENTS, event)) {
      queue.refuse("events", `the local cloud has ${Object.keys(EVENTS).join(", ")}, not ${event}`);
    }
    return EVENTS[event] ?? [];
  });
  return {
    id: queue.optionalText("id") ?? id,
    queueArn,
    events: new Set(created),
    prefix: queue.optionalText("filterPrefix") ?? "",
    suffix: queue.optionalText("filterSuffix") ?? "",
  };
}

/** Whether there could be an object that both are to be told of. */
function overlap(a: QueueNotification, b: QueueNotification): boolean {
  const prefixes = a.prefix.startsWith(b.prefix) || b.prefix.startsWith(a.prefix);
  const suffixes = a.suffix.endsWith(b.suffix) || b.suffix.endsWith(a.suffix);
  return prefixes && suffixes && !a.events.isDisjointFrom(b.events);
}
