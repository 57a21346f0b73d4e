import type { WebhookOptions } from "../input/webhooks.ts";
import type { Refusal } from "./produce.ts";

/** What a producer's process is to send: the lines of `input`, or webhooks where there is none. */
export interface ProducerJob extends Omit<WebhookOptions, "topics" | "now"> {
  endpoint: string;
  region: string;
  /** By topic. */
  queueUrls: readonly (readonly [topic: string, url: string])[];
  /** Access keys of those who send to a topic, in turn; by default the account's own producer. */
  senders?: readonly (readonly [topic: string, accessKeyIds: readonly string[]])[] | undefined;
  /** NDJSON file, `-` for standard input. */
  input?: string | undefined;
  /** The topic of input lines that name none. */
  topic?: string | undefined;
}

/** To the process: its jobs, one after the other; that it should read no further. */
export type ToProducer = ProducerJob | "stop";

/** From the process: that it waits for jobs; each refusal; how a job ended. */
export type FromProducer = "ready" | { refusal: Refusal } | "done" | { failure: string };
