import { AwsError } from "../../../local/api/errors.ts";
import type { DynamoDbRecord } from "../../../local/dynamodb/stream-record.ts";
import { TableStream } from "../../../local/dynamodb/table-stream.ts";
import type { Invocation } from "../../../local/lambda/invoker.ts";
import type { StreamMappingConfiguration } from "../../../local/mappings/stream-configuration.ts";
import { StreamMapping } from "../../../local/mappings/stream-mapping.ts";
import { virtualClock } from "../../support/virtual-clock.ts";
import { streamArn } from "../dynamodb/fixtures.ts";
import { RecordedMetrics } from "../lambda/recorded-metrics.ts";

export const functionArn = "arn:aws:lambda:eu-west-1:123456789012:function:replay";

export const configuration: StreamMappingConfiguration = {
  uuid: "00000000-0000-4000-8000-000000000001",
  streamArn,
  functionArn,
  batchSize: 10,
  windowSeconds: 0,
  startingPosition: "TRIM_HORIZON",
  filters: [],
  reportsItemFailures: true,
  bisectsOnError: false,
  maximumRetryAttempts: undefined,
  maximumRecordAgeSeconds: undefined,
  onFailureQueueArn: "arn:aws:sqs:eu-west-1:123456789012:replay-failures",
  emitsEventCounts: false,
  enabled: true,
};

/** How the function answers a batch: with failed ids, or by what a {@link Behaviour} throws. */
export type Behaviour = (ids: readonly string[]) => readonly string[] | Promise<readonly string[]>;

/** A behaviour throws it to fail as a function that crashes. */
export class Crash extends Error {}

/** A behaviour throws it where AWS would not run the function. */
export const throttled = new AwsError("TooManyRequestsException", "Rate Exceeded.", { status: 429 });

/** A mapping with a real stream and a function of the test's own, on a virtual clock. */
export function setUp(
  { speed, ...overrides }: Partial<StreamMappingConfiguration> & { speed?: number } = {},
  behaviour: Behaviour = () => [],
) {
  const clock = virtualClock(undefined, speed);
  const metrics = new RecordedMetrics();
  const stream = new TableStream({ arn: streamArn, label: "label", viewType: "NEW_AND_OLD_IMAGES" }, clock);
  const batches: string[][] = [];
  const messages: Record<string, unknown>[] = [];
  const state = { behaviour };

  async function invoke(arn: string, payload: string): Promise<Invocation> {
    if (arn !== functionArn) throw new AwsError("ResourceNotFoundException", arn);
    const { Records } = JSON.parse(payload) as { Records: DynamoDbRecord[] };
    const ids = Records.map(({ dynamodb }) => dynamodb.Keys.id?.S as string);
    batches.push(ids);
    try {
      const failed = await state.behaviour(ids);
      const items = failed.map((id) => Records[ids.indexOf(id)]?.dynamodb.SequenceNumber ?? id);
      return { payload: JSON.stringify({ batchItemFailures: items.map((itemIdentifier) => ({ itemIdentifier })) }) };
    } catch (error) {
      if (error instanceof Crash) return { payload: '{"errorType":"Crash"}', functionError: "Unhandled" };
      throw error;
    }
  }

  const mapping = new StreamMapping(
    { ...configuration, ...overrides },
    {
      stream,
      invoker: { invoke },
      clock,
      metrics,
      onFailure: { send: ({ body }) => messages.push(JSON.parse(body) as Record<string, unknown>) },
    },
  );
  mapping.start();
  return {
    clock,
    stream,
    mapping,
    metrics,
    /** The ids of each invocation's records. */
    batches,
    /** What the on-failure destination got. */
    messages,
    state,
    insert: (...ids: string[]) =>
      stream.append(ids.map((id) => ({ keys: { id: { S: id } }, before: undefined, after: { id: { S: id } } }))),
  };
}
