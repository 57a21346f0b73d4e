import { POISON_MARKER } from "../input/poison.ts";
import { aroundCalls, type Executions, type Fault } from "./fault.ts";
import { crash } from "./processor-crash.ts";

/**
 * Events that kill the process which forwards them: the sqs-processor dies as soon as a PutRecordBatch of its holds a
 * record with {@link POISON_MARKER}, and nothing of that call is stored.
 */
export class Poison implements Fault {
  readonly service: NonNullable<Fault["service"]>;
  #kills = 0;

  /** @param sqsProcessor The function's name; no other dies of poison. */
  constructor(sqsProcessor: string, executions: Executions) {
    this.service = (service) => {
      if (service.name !== "firehose") return service;
      return aroundCalls(service, async ({ action, input, caller }, next) => {
        if (action !== "PutRecordBatch" || caller?.sessionToken === undefined) return next();
        const execution = executions.execution(caller.sessionToken);
        if (execution?.functionName !== sqsProcessor || !holdsPoison(input.Records)) return next();
        this.#kills += 1;
        return crash(execution);
      });
    };
  }

  /** How many processes died of it. */
  get injected(): number {
    return this.#kills;
  }
}

/** Untrusted: the records of a PutRecordBatch. */
function holdsPoison(records: unknown): boolean {
  return Array.isArray(records) && records.some((record: { Data?: unknown } | null) => isPoison(record?.Data));
}

function isPoison(data: unknown): boolean {
  return (
    typeof data === "string" &&
    ENCODED.some((part) => data.includes(part)) &&
    Buffer.from(data, "base64").includes(POISON_MARKER)
  );
}

/**
 * The marker as it reads in base64, by how it stands to the groups of three bytes, without the characters that hold
 * bits of its neighbours too: so most records need not be decoded.
 */
const ENCODED = [0, 1, 2].map((offset) => {
  const bytes = Buffer.concat([Buffer.alloc(offset), Buffer.from(POISON_MARKER)]);
  return bytes.toString("base64").slice(Math.ceil((offset * 4) / 3), Math.floor((bytes.length * 4) / 3));
});
