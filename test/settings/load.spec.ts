import assert from "node:assert/strict";
import fc from "fast-check";
import { SettingsError } from "../../settings/errors.ts";
import { loadSettings } from "../../settings/load.ts";
import { load, many, paths, problems, topics } from "../support/settings.ts";

describe("settings that are accepted", () => {
  it("fills in every default from the topics alone", () => {
    assert.deepEqual(load({ topics: { payments: {}, events: { maximumConcurrency: 7 } } }), {
      topics: {
        events: { maximumConcurrency: 7, columns: [], required: [], retired: false },
        payments: { maximumConcurrency: 50, columns: [], required: [], retired: false },
      },
      queue: {
        visibilityTimeoutSeconds: 90,
        maxReceiveCount: 10,
        retentionDays: 4,
        deadLetterRetentionDays: 14,
        dataKeyReuseSeconds: 3600,
      },
      processor: { timeoutSeconds: 30, memoryMb: 512, batchSize: 100, batchWindowSeconds: 1, maximumConcurrency: 50 },
      delivery: {
        bufferSeconds: 60,
        bufferMb: 64,
        retrySeconds: 3600,
        transform: { timeoutSeconds: 30, memoryMb: 512, bufferSeconds: 10, bufferMb: 1 },
      },
      archive: {
        timeoutSeconds: 30,
        memoryMb: 512,
        batchSize: 10,
        batchWindowSeconds: 0,
        maximumConcurrency: 10,
        visibilityTimeoutSeconds: 90,
      },
      breaker: {
        errorPercent: 50,
        minimumMessages: 10,
        coolDownMinutes: 5,
        maximumCoolDownMinutes: 15,
        probeMinutes: 2,
        maximumHoldHours: 48,
      },
      alerts: { emails: [] },
      observability: { freshnessMinutes: 15, topicMetrics: true, queueAlarms: "each" },
      account: { concurrency: 1000, activeQueries: 20 },
      lake: { optimizers: "table", scanLimitGb: 100, resultDays: 7 },
      refinery: { everyMinutes: 15, concurrency: 10, marginSeconds: 60 + 10 + 4 * 30 + 3600 + 900 },
      balance: { days: 7, graceMinutes: 45, tolerancePercent: 1 },
      logs: { retentionDays: 30 },
      producers: {},
      network: { cidr: "10.64.0.0/22", zones: 2 },
      deletionProtection: true,
    });
  });

  it("keeps what a section says and fills in the rest of it", () => {
    const { queue } = load({ topics, queue: { maxReceiveCount: 12 } });
    assert.deepEqual(queue, {
      visibilityTimeoutSeconds: 90,
      maxReceiveCount: 12,
      retentionDays: 4,
      deadLetterRetentionDays: 14,
      dataKeyReuseSeconds: 3600,
    });
  });

  it("takes a topic that is written with nothing behind it", () => {
    assert.deepEqual(load({ topics: { orders: null } }).topics, load({ topics: { orders: {} } }).topics);
  });

  it("takes the names that objects inherit as topics", () => {
    assert.deepEqual(Object.keys(load({ topics: { constructor: {} } }).topics), ["constructor"]);
  });

  it("orders the topics by name, whatever their order in the file", () => {
    assert.deepEqual(Object.keys(load({ topics: { b: {}, a: {}, "a-b": {} } }).topics), ["a", "a-b", "b"]);
  });

  it("reads a boolean and a number as Pulumi passes them, as text", () => {
    const config = { "lean-ops:topics": '{"orders":{}}', "lean-ops:deletionProtection": "false" };
    assert.equal(loadSettings({ project: "lean-ops", stack: "test", config }).deletionProtection, false);
  });

  it("derives a visibility timeout of three times the function's timeout", () => {
    assert.equal(load({ topics, processor: { timeoutSeconds: 12 } }).queue.visibilityTimeoutSeconds, 36);
  });

  it("derives a visibility timeout that satisfies its own rule for every timeout and window", () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 30 }), fc.integer({ min: 1, max: 300 }), (timeout, window) => {
        const settings = load({ topics, processor: { timeoutSeconds: timeout, batchWindowSeconds: window } });
        assert(settings.queue.visibilityTimeoutSeconds >= timeout * 3);
      }),
    );
  });

  it("derives a window for batches of dead letters above 10, and a visibility timeout for their queues", () => {
    const { archive } = load({ topics, archive: { batchSize: 11, timeoutSeconds: 100 } });
    assert.deepEqual([archive.batchWindowSeconds, archive.visibilityTimeoutSeconds], [1, 300]);
    assert.equal(load({ topics, archive: { batchSize: 10 } }).archive.batchWindowSeconds, 0);
  });

  it("lets a hold last for half of what a topic's queue keeps", () => {
    const maximumHold = (retentionDays: number) => load({ topics, queue: { retentionDays } }).breaker.maximumHoldHours;
    assert.deepEqual([1, 4, 6].map(maximumHold), [12, 48, 72]);
  });

  it("watches and counts each topic by itself up to 100, all in one above, and otherwise as it is told", () => {
    const watched = (count: number, observability = {}) =>
      load({ topics: many(count), lake: { optimizers: "catalog" }, observability }).observability;
    const each = { freshnessMinutes: 15, topicMetrics: true, queueAlarms: "each" } as const;
    const all = { freshnessMinutes: 15, topicMetrics: false, queueAlarms: "query" } as const;
    assert.deepEqual([watched(100), watched(101)], [each, all]);
    assert.deepEqual([watched(1, all), watched(101, each)], [all, each]);
  });

  it("takes any number of addresses, and a channel in Slack and in Teams", () => {
    const alerts = {
      emails: ["ops@example.com", "data+alarms@example.org"],
      slack: { workspaceId: "T07EA123LEP", channelId: "C07EZ1ABC23" },
      teams: {
        tenantId: "00000000-aaaa-4bbb-8ccc-111111111111",
        teamId: "00000000-AAAA-4BBB-8CCC-222222222222",
        channelId: "19%3ab6ef35dc342d56ba5654e6fc6d25a071%40thread.tacv2",
      },
    };
    assert.deepEqual(load({ topics, alerts }).alerts, alerts);
  });

  it("leaves other namespaces alone", () => {
    const config = { "lean-ops:topics": '{"orders":{}}', "aws:profile": "x", "lean-ops-2:topics": "5" };
    assert.doesNotThrow(() => loadSettings({ project: "lean-ops", stack: "test", config }));
  });
});

describe("the error", () => {
  const long = "t".repeat(70);
  const everything = {
    topics: {
      Orders: {},
      orders: { maximumConcurrency: 1 },
      "orders-rejected": { maximumConcurrency: 1000 },
      [long]: {},
      payments: { column: {} },
    },
    queue: { visibilityTimeoutSeconds: 10, retentionDays: 8 },
    processor: { batchWindowSeconds: 0, memory: 512 },
    delivery: { transform: { bufferMb: "1" } },
    fifo: true,
  };

  it("lists everything that is wrong at once, each with path, rule and value", () => {
    const found = problems(everything);
    assert.deepEqual(paths(found).toSorted(), [
      "account.concurrency",
      "delivery.transform.bufferMb",
      "fifo",
      "processor.batchWindowSeconds",
      "processor.memory",
      "queue.deadLetterRetentionDays",
      "queue.visibilityTimeoutSeconds",
      "topics.Orders",
      "topics.orders-rejected",
      "topics.orders.maximumConcurrency",
      "topics.payments.column",
      `topics.${long}`,
    ]);
    assert(found.every(({ rule, value }) => rule !== "" && value !== ""));
  });

  it("says them one a line under the stack's name", () => {
    assert.throws(
      () => load({ topics, queue: { retentionDays: 15 } }),
      new SettingsError("test", [
        { path: "queue.retentionDays", rule: "must be a whole number from 1 to 14", value: "15" },
        {
          path: "queue.deadLetterRetentionDays",
          rule: "must be more than queue.retentionDays + 7 = 22: a message's age counts from its first send, so one that arrives here late has only the difference left",
          value: "14",
        },
      ]),
    );
    const { message } = new SettingsError("test", [{ path: "a.b", rule: "must be more", value: "0" }]);
    assert.equal(message, "the settings of stack test have 1 problem:\n  a.b: must be more (got 0)");
  });

  it("leaves out a joint rule whose value is of no use, and no other", () => {
    const found = problems({
      topics: { Orders: {} },
      processor: { timeoutSeconds: "thirty", batchWindowSeconds: 0 },
      queue: { visibilityTimeoutSeconds: 0 },
    });
    assert.deepEqual(paths(found).toSorted(), [
      "processor.batchWindowSeconds",
      "processor.timeoutSeconds",
      "topics.Orders",
    ]);
  });

  it("still applies a joint rule to a number that is out of its own range", () => {
    const found = problems({ topics: { orders: { maximumConcurrency: 2000 } } });
    assert.deepEqual(paths(found), ["topics.orders.maximumConcurrency", "account.concurrency"]);
  });

  it("still checks the name of a topic whose own settings are of no use", () => {
    assert.deepEqual(paths(problems({ topics: { Orders: 5 } })), ["topics.Orders", "topics.Orders"]);
  });

  it("shortens a long value", () => {
    const [problem] = problems({ topics, lake: { optimizers: "x".repeat(500) } });
    assert.equal(problem?.value.length, 100);
  });

  it("never shows a secret, nor what a joint rule would tell of it", () => {
    const settings = { topics, queue: { maxReceiveCount: 6543, retentionDays: 13, deadLetterRetentionDays: 12 } };
    const { message } = new SettingsError("test", problems(settings, ["lean-ops:queue"]));
    assert.doesNotMatch(message, /6543|13|12|20/);
    assert.match(message, /queue\.maxReceiveCount: .*\(got a secret\)/);
    assert.match(
      message,
      /must fit together with queue\.retentionDays, queue\.deadLetterRetentionDays \(got a secret\)/,
    );
  });

  it("is thrown and nothing else, whatever is configured of alerts", () => {
    const channel = fc.dictionary(fc.constantFrom("workspaceId", "channelId", "teamId", "tenantId"), fc.jsonValue());
    const emails = fc.oneof(fc.array(fc.oneof(fc.emailAddress(), fc.jsonValue())), fc.jsonValue());
    const alerts = fc.record(
      { emails, slack: fc.oneof(channel, fc.jsonValue()), teams: fc.oneof(channel, fc.jsonValue()) },
      { requiredKeys: [] },
    );
    fc.assert(
      fc.property(alerts, (configured) => {
        try {
          load({ topics, alerts: configured });
        } catch (error) {
          assert(error instanceof SettingsError, String(error));
          assert(error.problems.every(({ path }) => path.startsWith("alerts")));
        }
      }),
    );
  });

  it("is thrown and nothing else, whatever is configured", () => {
    const anything = fc.dictionary(
      fc.constantFrom(
        "topics",
        "queue",
        "processor",
        "delivery",
        "archive",
        "breaker",
        "alerts",
        "observability",
        "account",
        "lake",
        "logs",
        "deletionProtection",
        "x",
      ),
      fc.jsonValue({ maxDepth: 3 }),
    );
    fc.assert(
      fc.property(anything, (settings) => {
        try {
          load(settings);
        } catch (error) {
          assert(error instanceof SettingsError, String(error));
          assert(error.problems.length > 0);
        }
      }),
    );
  });
});
