import { flushCompileCache } from "node:module";
import { lineEvents } from "../input/lines.ts";
import { webhookEvents } from "../input/webhooks.ts";
import type { FromProducer, ProducerJob, ToProducer } from "./job.ts";
import { type ProducerInput, produce } from "./produce.ts";
import { stoppable } from "./stoppable.ts";

/* The producer's process: waits for jobs, and does one after the other. It ends with its parent, and on its word only:
 * a Ctrl-C is for the parent, which then asks for an orderly end. */
const tell = (message: FromProducer) => process.send?.(message);
const stop = new AbortController();

process.on("disconnect", () => process.exit(1));
process.on("message", (message: ToProducer) => {
  if (message === "stop") stop.abort();
  else void work(message);
});

async function work(job: ProducerJob): Promise<void> {
  const { endpoint, region, queueUrls, senders = [] } = job;
  // It was asked to stop while others got ready: a source that has nothing to say would keep it for ever.
  if (stop.signal.aborted) {
    tell("done");
    return;
  }
  // A source that has nothing to say would never notice.
  if (job.input === "-") stop.signal.addEventListener("abort", () => process.stdin.destroy());
  try {
    await produce(stoppable(eventsOf(job), stop.signal), {
      endpoint,
      region,
      queueUrls: new Map(queueUrls),
      senders: new Map(senders),
      refused: (refusal) => tell({ refusal }),
    });
    tell("done");
  } catch (error) {
    tell({ failure: error instanceof Error ? error.message : String(error) });
  }
}

function eventsOf(job: ProducerJob): AsyncIterable<ProducerInput> | Iterable<ProducerInput> {
  return job.input === undefined
    ? webhookEvents({ ...job, topics: job.queueUrls.map(([topic]) => topic), now: Date.now() })
    : lineEvents(job.input, job.topic);
}

tell("ready");
// It ends by being killed.
flushCompileCache();
