import assert from "node:assert/strict";
import { notifiedKeys } from "../../../functions/common/error-notification.ts";
import { createLog } from "../../../functions/common/log.ts";
import type { MetricLine } from "../../../functions/common/metrics.ts";
import { createHandler, type SendBodies } from "../../../functions/error-sweep/handler.ts";
import { virtualClock } from "../../support/virtual-clock.ts";
import { lambdaContext } from "../support/sqs.ts";

const MINUTE = 60_000;

interface Scenario {
  /** Minutes since each file was written, by key, in pages. */
  pages?: readonly Record<string, number>[];
  send?: SendBodies;
  remainingMs?: number;
  listingFails?: boolean;
}

async function sweep({ pages = [{}], send, remainingMs, listingFails = false }: Scenario) {
  const clock = virtualClock();
  const lines: string[] = [];
  const metrics: MetricLine[] = [];
  const sent: string[][] = [];
  const tokens: (string | undefined)[] = [];
  const handler = createHandler({
    errorBucket: "errors",
    clients: {
      listFiles: async (token) => {
        tokens.push(token);
        const page = Number(token ?? 0);
        if (listingFails && page === 1) throw Object.assign(new Error("secret"), { name: "SlowDown" });
        const Contents = Object.entries(pages[page] ?? {}).map(([Key, minutes]) => {
          return { Key, LastModified: new Date(clock.now() - minutes * MINUTE) };
        });
        return { Contents, ...(page + 1 < pages.length ? { NextContinuationToken: String(page + 1) } : {}) };
      },
      sendBodies: async (bodies, signal) => {
        sent.push([...bodies]);
        return (await send?.(bodies, signal)) ?? { Successful: bodies.map((_, n) => taken(n)) };
      },
    },
    clock,
    log: createLog({ write: (line) => lines.push(line), now: clock.now, fields: { service: "error-sweep" } }),
    metrics: (line) => metrics.push(line),
  });
  const done = handler({}, lambdaContext(clock, remainingMs)).then(
    () => undefined,
    (error: Error) => error.message,
  );
  await clock.advance(60_000);
  const keys = sent.flat().flatMap((body) => notifiedKeys(body, "errors") ?? []);
  return { problem: await done, sent, keys, tokens, metrics, lines };
}

const taken = (n: number) => ({ Id: String(n), MessageId: "m", MD5OfMessageBody: "" });
const files = (count: number, minutes = 60) =>
  Object.fromEntries(Array.from({ length: count }, (_, n) => [`failed/${n}`, minutes]));

describe("the error-sweep's handler", () => {
  it("tells of files that are 15 minutes old, as S3 does, and of none that is younger", async () => {
    const { keys, problem } = await sweep({ pages: [{ "failed/old +é": 15, "failed/new": 14.9 }] });
    assert.deepEqual([keys, problem], [["failed/old +é"], undefined]);
  });

  it("reads every page, and sends ten at a time", async () => {
    const { sent, keys, tokens } = await sweep({ pages: [files(12), {}, { "failed/last": 60 }] });
    assert.deepEqual(tokens, [undefined, "1", "2"]);
    assert.deepEqual(
      sent.map(({ length }) => length),
      [10, 2, 1],
    );
    assert.equal(new Set(keys).size, 13);
  });

  it("sends and logs nothing where there is nothing", async () => {
    const { sent, lines, metrics } = await sweep({});
    assert.deepEqual([sent, lines, metrics[0]?.counts], [[], [], { FilesSwept: 0 }]);
  });

  it("counts what was taken, goes on, and throws at the end where some was not", async () => {
    let calls = 0;
    const { problem, metrics, sent, lines } = await sweep({
      pages: [files(30)],
      send: async (bodies) => {
        if (calls++ === 0) throw Object.assign(new Error("secret"), { name: "ThrottlingException" });
        return { Successful: bodies.slice(1).map((_, n) => taken(n)) };
      },
    });
    assert.equal(sent.length, 3);
    assert.equal(problem, 'not all error files told of: {"ThrottlingException":10,"NotTaken":2}');
    assert.deepEqual(metrics[0]?.counts, { FilesSwept: 18 });
    assert.ok(!lines.join().includes("secret"));
  });

  it("throws where it cannot list them all, once what it found is told of", async () => {
    const { problem, keys } = await sweep({ pages: [files(1), files(1)], listingFails: true });
    assert.deepEqual([problem, keys], ["the error files could not all be listed: SlowDown", ["failed/0"]]);
  });

  it("ends a second before the time-out", async () => {
    const { problem, metrics } = await sweep({
      pages: [files(1), files(1)],
      send: () => new Promise(() => {}),
      remainingMs: 5000,
    });
    assert.match(problem ?? "", /DeadlineError/);
    assert.deepEqual(metrics[0]?.counts, { FilesSwept: 0 });
  });
});
