import assert from "node:assert/strict";
import fc from "fast-check";
import { SettingsError, type SettingsProblem } from "../../settings/errors.ts";
import { loadSettings } from "../../settings/load.ts";
import type { Settings } from "../../settings/settings.ts";

type Tree = Record<string, unknown>;

function load(settings: Tree, secretKeys: readonly string[] = [], stack = "test"): Settings {
  const config = Object.entries(settings).map(([key, value]) => [
    `lean-ops:${key}`,
    typeof value === "string" ? value : JSON.stringify(value),
  ]);
  return loadSettings({
    project: "lean-ops",
    stack,
    config: { "aws:region": "eu-west-1", ...Object.fromEntries(config) },
    isSecret: (key) => secretKeys.includes(key),
  });
}

function problems(settings: Tree, secretKeys: readonly string[] = [], stack?: string): readonly SettingsProblem[] {
  try {
    load(settings, secretKeys, stack);
  } catch (error) {
    assert(error instanceof SettingsError, String(error));
    return error.problems;
  }
  assert.fail("these settings should not have been accepted");
}

const paths = (found: readonly SettingsProblem[]) => found.map(({ path }) => path);
const topics = { orders: {} };
const many = (count: number) =>
  Object.fromEntries(Array.from({ length: count }, (_, n) => [`t${n}`, { maximumConcurrency: 2 }]));

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

describe("a single value", () => {
  const wrong: [path: string, value: unknown, rule: RegExp][] = [
    ["topics.orders.maximumConcurrency", 1, /a whole number from 2 to 1000$/],
    ["topics.orders.maximumConcurrency", 1001, /a whole number from 2 to 1000$/],
    ["queue.visibilityTimeoutSeconds", 43_201, /a whole number from 0 to 43200$/],
    ["queue.maxReceiveCount", 9, /a whole number from 10 to 1000: an outage of an hour can use 10 receives, /],
    ["queue.maxReceiveCount", "10", /a whole number from 10 to 1000: /],
    ["queue.maxReceiveCount", 10.5, /a whole number from 10 to 1000: /],
    ["queue.retentionDays", 0, /a whole number from 1 to 14$/],
    ["queue.deadLetterRetentionDays", 15, /a whole number from 1 to 14$/],
    ["processor.timeoutSeconds", 31, /a whole number from 1 to 30$/],
    ["processor.memoryMb", 127, /a whole number from 128 to 10240$/],
    ["processor.batchSize", 10_001, /a whole number from 1 to 10000$/],
    ["processor.batchWindowSeconds", 301, /a whole number from 0 to 300$/],
    ["processor.maximumConcurrency", 1, /a whole number from 2 to 1000$/],
    ["delivery.bufferSeconds", 901, /a whole number from 0 to 900$/],
    ["delivery.bufferMb", 129, /a whole number from 1 to 128$/],
    ["delivery.retrySeconds", 7201, /a whole number from 0 to 7200$/],
    ["delivery.transform.timeoutSeconds", 301, /a whole number from 1 to 300$/],
    ["delivery.transform.memoryMb", 10_241, /a whole number from 128 to 10240$/],
    ["delivery.transform.bufferSeconds", -1, /a whole number from 0 to 900$/],
    ["delivery.transform.bufferMb", 0.1, /a number from 0.2 to 1: the transform's answer .* exceed Lambda's 6 MB$/],
    ["delivery.transform.bufferMb", 1.1, /a number from 0.2 to 1: /],
    ["archive.timeoutSeconds", 29, /a whole number from 30 to 900$/],
    ["archive.memoryMb", 127, /a whole number from 128 to 10240$/],
    ["archive.batchSize", 101, /a whole number from 1 to 100$/],
    ["archive.maximumConcurrency", 1, /a whole number from 2 to 1000$/],
    ["breaker.errorPercent", 0, /a whole number from 1 to 99$/],
    ["breaker.errorPercent", 100, /a whole number from 1 to 99$/],
    ["breaker.minimumMessages", 0, /a whole number from 1 to 10000$/],
    ["breaker.coolDownMinutes", 0, /a whole number from 1 to 60$/],
    ["breaker.maximumCoolDownMinutes", 61, /a whole number from 1 to 60$/],
    ["breaker.probeMinutes", 11, /a whole number from 1 to 10$/],
    ["alerts.emails", "ops@example.com", /a list of e-mail addresses$/],
    ["alerts.slack", "C07EZ1ABC23", /a mapping of workspaceId, channelId$/],
    ["alerts.slack.workspaceId", "my workspace", /a Slack workspace's id, such as T07EA123LEP$/],
    ["alerts.slack.channelId", "#alarms", /a Slack channel's id, such as C07EZ1ABC23$/],
    ["alerts.teams.tenantId", "contoso", /a Microsoft tenant's id, a UUID$/],
    ["alerts.teams.teamId", "1234", /a team's id, a UUID$/],
    ["alerts.teams.channelId", "General", /a channel's id as its link has it, such as 19%3a/],
    ["observability.freshnessMinutes", 0, /a whole number from 1 to 720$/],
    ["observability.freshnessMinutes", 721, /a whole number from 1 to 720$/],
    ["observability.topicMetrics", "some", /true or false$/],
    ["observability.queueAlarms", "none", /one of each, query$/],
    ["account.activeQueries", 0, /a whole number from 1 to 10000$/],
    ["lake.scanLimitGb", 0, /a whole number from 1 to 100000$/],
    ["lake.resultDays", 366, /a whole number from 1 to 365$/],
    ["refinery.everyMinutes", 1441, /a whole number from 1 to 1440$/],
    ["refinery.concurrency", 0, /a whole number from 1 to 1000$/],
    ["refinery.deduplicationDays", 14, /a whole number from 15 to 3650: a dead letter can come back for 14 days$/],
    ["balance.days", 1, /a whole number from 2 to 90$/],
    ["balance.graceMinutes", 1, /a whole number from 2 to 10080$/],
    ["balance.tolerancePercent", 21, /a number from 0 to 20$/],
    ["topics.orders.columns", [], /a mapping of column names to their types$/],
    ["topics.orders.columns.amount", "money", /a type: string, boolean, .*, or decimal\(precision,scale\)$/],
    ["topics.orders.columns.amount", 5, /a type: string, boolean, .*; or a mapping of type, path$/],
    ["topics.orders.columns.amount", "float", /a type: /],
    ["topics.orders.required", "amount", /a list of column names$/],
    ["topics.orders.retired", "yes", /true or false$/],
    ["account.concurrency", 0, /a whole number from 1 to 1000000$/],
    ["lake.optimizers", "tables", /one of table, catalog$/],
    ["logs.retentionDays", 31, /one of 1, 3, 5, 7, 14, 30, /],
    ["deletionProtection", "perhaps", /true or false$/],
    ["processor", 5, /a mapping of timeoutSeconds, memoryMb, /],
    ["queue", null, /a mapping of visibilityTimeoutSeconds, /],
    ["topics.orders", [], /a mapping of maximumConcurrency, columns, required, retired$/],
    ["topics", ["orders"], /a mapping of topic names to their settings$/],
  ];
  for (const [path, value, rule] of wrong) {
    it(`${path} may not be ${JSON.stringify(value)}`, () => {
      const found = problems(nested(path, value));
      const own = found.find((problem) => problem.path === path);
      assert(own !== undefined, `no problem at ${path}: ${JSON.stringify(found)}`);
      assert.match(own.rule, rule);
      assert.equal(own.value, JSON.stringify(value));
    });
  }

  it("names each address of a list that is none", () => {
    const found = problems({ topics, alerts: { emails: ["ops", "ops@example.com", 5] } });
    assert.deepEqual(found, [
      { path: "alerts.emails.0", rule: "must be an e-mail address", value: '"ops"' },
      { path: "alerts.emails.2", rule: "must be an e-mail address", value: "5" },
    ]);
  });

  it("reports what a channel lacks", () => {
    assert.deepEqual(problems({ topics, alerts: { slack: { channelId: "C07EZ1ABC23" } } }), [
      {
        path: "alerts.slack.workspaceId",
        rule: "must be a Slack workspace's id, such as T07EA123LEP",
        value: "nothing",
      },
    ]);
  });

  it("reports missing topics", () => {
    assert.deepEqual(problems({}), [
      { path: "topics", rule: "must be a mapping of topic names to their settings", value: "nothing" },
    ]);
  });

  for (const path of ["topcs", "queue.fifo", "delivery.transform.bufferMB", "topics.orders.column"]) {
    it(`${path} is no setting`, () => {
      const [problem, ...others] = problems(nested(path, 1));
      assert.equal(problem?.path, path);
      assert.match(problem.rule, /^is not a setting; there are: \w+/);
      assert.equal(problem.value, "1");
      assert.deepEqual(others, []);
    });
  }
});

describe("values that must fit together", () => {
  it("refuses an empty list of topics", () => {
    assert.deepEqual(problems({ topics: {} }), [{ path: "topics", rule: "must name at least one topic", value: "{}" }]);
  });

  for (const topic of ["Orders", "1st", "order_events", "-orders", "über"]) {
    it(`refuses the topic ${topic}`, () => {
      const [problem, ...others] = problems({ topics: { [topic]: {}, payments: {} } });
      assert.match(problem?.rule ?? "", /^a topic's name must be lower-case letters, digits and dashes/);
      assert.equal(problem?.value, JSON.stringify(topic));
      assert.deepEqual(others, []);
    });
  }

  it("refuses the one topic that a mapping can hide", () => {
    const config = { "lean-ops:topics": '{"orders":{},"__proto__":{"maximumConcurrency":5}}' };
    assert.throws(
      () => loadSettings({ project: "lean-ops", stack: "test", config }),
      (error) => {
        assert(error instanceof SettingsError);
        assert.deepEqual(error.problems, [
          {
            path: "topics.__proto__",
            rule: "a topic's name must be lower-case letters, digits and dashes, and begin with a letter",
            value: '"__proto__"',
          },
        ]);
        return true;
      },
    );
  });

  it("refuses a range of addresses that begins where AWS lets none begin, or is none", () => {
    assert.doesNotThrow(() => load({ topics, network: { cidr: "10.1.2.128/25" } }));
    assert.deepEqual(problems({ topics, network: { cidr: "10.1.2.129/16" } }), [
      { path: "network.cidr", rule: "must begin at the range's first address, 10.1.0.0", value: '"10.1.2.129/16"' },
    ]);
    for (const cidr of ["10.1.0.0", "10.1.0.0/8", "10.256.0.0/16", "ten"]) {
      const [problem, ...others] = problems({ topics, network: { cidr } });
      assert.equal(problem?.rule, "must be an IPv4 range from /16 to /26", cidr);
      assert.deepEqual(others, []);
    }
  });

  it("asks of a given VPC whether it has endpoints: one answer, not both and not none", () => {
    const existing = { vpcId: "vpc-0a1b2c3d", subnetIds: ["subnet-0a1b2c3d"] };
    const made = { routeTableIds: ["rtb-0a1b2c3d"] };
    const given = { endpointSecurityGroupId: "sg-0a1b2c3d" };
    for (const answer of [made, given]) {
      assert.doesNotThrow(() => load({ topics, network: { existing: { ...existing, ...answer } } }));
    }
    for (const answer of [{}, { ...made, ...given }]) {
      const [problem, ...others] = problems({ topics, network: { existing: { ...existing, ...answer } } });
      assert.equal(problem?.path, "network.existing");
      assert.match(problem.rule, /^must have either routeTableIds, .+, or endpointSecurityGroupId/);
      assert.deepEqual(others, []);
    }
  });

  const shop = { role: "arn:aws:iam::210987654321:role/shop" };

  it("refuses a producer that is nobody or two, a source that is not the service's, and topics that are none", () => {
    const found = (producer: Tree) => problems({ topics, producers: { shop: producer } });
    assert.doesNotThrow(() => load({ topics, producers: { shop: { ...shop, topics: ["orders"] } } }));
    for (const producer of [{}, { ...shop, account: "210987654321" }]) {
      assert.equal(found(producer)[0]?.rule, "must have one of account, role and service");
    }
    for (const producer of [{ service: "sns" }, { ...shop, source: "arn:aws:s3:::drop" }]) {
      assert.equal(found(producer)[0]?.rule, "must have a source where it is a service, and only there");
    }
    const [problem] = found({ service: "sns", source: "arn:aws:s3:::drop" });
    assert.deepEqual(problem, {
      path: "producers.shop.source",
      rule: "must be an ARN of sns",
      value: '"arn:aws:s3:::drop"',
    });
    assert.deepEqual(paths(found({ ...shop, topics: ["refunds"] })), ["producers.shop.topics"]);
  });

  it("refuses more producers than a queue's policy, or the key's, can hold", () => {
    const roles = (count: number, ofTopics: string[]) =>
      Object.fromEntries(
        Array.from({ length: count }, (_, n) => [`p${n}`, { role: `${shop.role}-${n}`, topics: ofTopics }]),
      );
    assert.doesNotThrow(() => load({ topics, producers: roles(50, ["orders"]) }));
    const [tooMany] = problems({ topics, producers: roles(51, ["orders"]) });
    assert.match(tooMany?.rule ?? "", /^must be at most 50 roles and accounts for a topic, .+"orders" has 51/);
    const all = Object.fromEntries(
      Array.from({ length: 20 }, (_, topic) =>
        Object.entries(roles(45, [`t${topic}`])).map(([name, one]) => [`${name}-${topic}`, one]),
      ).flat(),
    );
    const [tooLong] = problems({ topics: many(20), producers: all });
    assert.match(tooLong?.rule ?? "", /^must have ARNs of at most 28000 characters in all/);
  });

  it("refuses ids that are none, and a given VPC without subnets", () => {
    const existing = { vpcId: "my-vpc", subnetIds: [], endpointSecurityGroupId: "sg-0a1b2c3d" };
    assert.deepEqual(paths(problems({ topics, network: { existing } })), [
      "network.existing.vpcId",
      "network.existing.subnetIds",
    ]);
  });

  it("quotes a topic in a path that would not read as one word", () => {
    assert.deepEqual(paths(problems({ topics: { "a.b c": {} } })), ['topics["a.b c"]']);
  });

  it("accepts a queue name of 80 characters and refuses one of 81", () => {
    const room = 80 - "lean-ops-test-topic-".length;
    assert.doesNotThrow(() => load({ topics: { ["t".repeat(room)]: {} } }));
    const [problem] = problems({ topics: { ["t".repeat(room + 1)]: {} } });
    assert.equal(problem?.rule, "its queue's name must be at most 80 characters, and has 81");
  });

  it("refuses a topic whose table is another topic's rejected table or current view", () => {
    const found = problems({ topics: { orders: {}, "orders-rejected": {}, "orders-current": {} } });
    assert.deepEqual(
      found.map(({ path, rule }) => [path, rule]),
      [
        ["topics.orders-rejected", 'its table orders_rejected must not be the rejected table of topic "orders"'],
        ["topics.orders-current", 'its table orders_current must not be the current view of topic "orders"'],
      ],
    );
  });

  it("accepts a topic that merely ends so", () => {
    assert.doesNotThrow(() => load({ topics: { "orders-rejected": {}, "orders-current": {} } }));
  });

  it("refuses a visibility timeout below the function's timeout and the batch window", () => {
    assert.doesNotThrow(() => load({ topics, queue: { visibilityTimeoutSeconds: 31 } }));
    const [problem, ...others] = problems({ topics, queue: { visibilityTimeoutSeconds: 30 } });
    assert.equal(problem?.path, "queue.visibilityTimeoutSeconds");
    assert.match(problem.rule, /processor\.timeoutSeconds \+ processor\.batchWindowSeconds = 31: /);
    assert.equal(problem.value, "30");
    assert.deepEqual(others, []);
  });

  it("refuses batches above 10 without a window", () => {
    assert.doesNotThrow(() => load({ topics, processor: { batchSize: 10, batchWindowSeconds: 0 } }));
    const [problem, ...others] = problems({ topics, processor: { batchSize: 11, batchWindowSeconds: 0 } });
    assert.equal(problem?.path, "processor.batchWindowSeconds");
    assert.match(problem.rule, /at least 1 where processor\.batchSize is above 10, and it is 11$/);
    assert.deepEqual(others, []);
  });

  it("refuses a dead-letter queue that keeps messages for no more than seven days after the topic's queue", () => {
    assert.doesNotThrow(() => load({ topics, queue: { retentionDays: 6 } }));
    const [problem, ...others] = problems({ topics, queue: { retentionDays: 7 } });
    assert.equal(problem?.path, "queue.deadLetterRetentionDays");
    assert.match(problem.rule, /more than queue\.retentionDays \+ 7 = 14: /);
    assert.equal(problem.value, "14");
    assert.deepEqual(others, []);
  });

  it("accepts concurrency up to the account's less 100, overrides counted, and names the quota above", () => {
    const two = { orders: { maximumConcurrency: 851 }, payments: {} };
    const archive = { maximumConcurrency: 5 };
    assert.doesNotThrow(() => load({ topics: two, archive, account: { concurrency: 1010 } }));
    const [problem, ...others] = problems({ topics: two, archive, account: { concurrency: 1009 } });
    assert.equal(problem?.path, "account.concurrency");
    assert.match(
      problem.rule,
      /^must be at least 1010: .* adds up to 901, the dlq-processor's to 7, the circuit-breaker has 2, .*"Concurrent executions" \(L-B99A9384\)/,
    );
    assert.equal(problem.value, "1009");
    assert.deepEqual(others, []);
  });

  it("accepts optimizers for the tables of 25 topics and refuses more, unless the catalog does the work", () => {
    assert.doesNotThrow(() => load({ topics: many(25) }));
    assert.doesNotThrow(() => load({ topics: many(26), lake: { optimizers: "catalog" } }));
    const [problem, ...others] = problems({ topics: many(26) });
    assert.equal(problem?.path, "lake.optimizers");
    assert.match(
      problem.rule,
      /^must be "catalog" above 25 topics, and there are 26: .* four tables, here 312 resources$/,
    );
    assert.deepEqual(others, []);
  });

  it("takes columns by type, or by type and path, in alphabetical order, and marks those that are required", () => {
    const orders = {
      columns: { user_id: "string", amount: { type: "decimal( 18, 2 )", path: ["total", "amount"] } },
      required: ["user_id"],
    };
    assert.deepEqual(load({ topics: { orders } }).topics.orders?.columns, [
      { name: "amount", type: "decimal(18,2)", path: ["total", "amount"], required: false },
      { name: "user_id", type: "string", path: ["user_id"], required: true },
    ]);
  });

  const columns: [columns: object, path: string, rule: RegExp][] = [
    [
      { Amount: "int" },
      "columns.Amount",
      /at most 63 lower-case letters, digits and underscores, and begin with a letter$/,
    ],
    [{ message_id: "string" }, "columns.message_id", /none of the envelope's columns/],
    [{ json_payload: "string" }, "columns.json_payload", /none of the envelope's columns/],
    [{ amount: "decimal(39,2)" }, "columns.amount", /a precision from 1 to 38, and a scale of at most that$/],
    [{ amount: "decimal(2,3)" }, "columns.amount", /a precision from 1 to 38/],
    [{ amount: { type: "int", path: ['a"b'] } }, "columns.amount.path", /no key may hold a quote or a backslash$/],
    [Object.fromEntries(Array.from({ length: 61 }, (_, n) => [`c${n}`, "int"])), "columns", /at most 60: .* 256 KiB$/],
  ];
  for (const [given, path, rule] of columns) {
    it(`refuses a column for what it is: ${path} of ${JSON.stringify(given).slice(0, 40)}`, () => {
      const [problem, ...others] = problems({ topics: { orders: { columns: given } } });
      assert.equal(problem?.path, `topics.orders.${path}`);
      assert.match(problem.rule, rule);
      assert.deepEqual(others, []);
    });
  }

  it("refuses a required column that the topic does not have", () => {
    const orders = { columns: { amount: "int" }, required: ["amount", "user_id"] };
    const rule = "must name columns of the topic's, of which there are: amount";
    assert.deepEqual(problems({ topics: { orders } }), [{ path: "topics.orders.required", rule, value: '"user_id"' }]);
  });

  it("refuses the topic whose table would be the water balance's", () => {
    const [problem, ...others] = problems({ topics: { "water-balance": {} } });
    assert.equal(problem?.rule, "its table water_balance must not be the water balance's");
    assert.deepEqual(others, []);
  });

  it("refuses a refinery that asks for more queries at a time than Athena runs", () => {
    assert.doesNotThrow(() => load({ topics, refinery: { concurrency: 20 } }));
    const [problem, ...others] = problems({ topics, refinery: { concurrency: 21 } });
    assert.equal(problem?.path, "refinery.concurrency");
    assert.match(problem.rule, /at most account\.activeQueries = 20: /);
    assert.deepEqual(others, []);
  });

  it("runs as often as the queries of all topics allow, and refuses more", () => {
    const hundreds = { topics: many(300), lake: { optimizers: "catalog" } };
    const { refinery, balance } = load(hundreds);
    assert.deepEqual([refinery.everyMinutes, balance.graceMinutes], [20, 60]);
    const [problem, ...others] = problems({ ...hundreds, refinery: { everyMinutes: 19 } });
    assert.equal(problem?.path, "refinery.everyMinutes");
    assert.match(problem.rule, /^must be at least 20: the queries of 300 topics, 10 at the same time, /);
    assert.deepEqual(others, []);
  });

  it("refuses a grace period that ends before the next run could have ended the difference", () => {
    assert.doesNotThrow(() => load({ topics, balance: { graceMinutes: 17 } }));
    const [problem, ...others] = problems({ topics, balance: { graceMinutes: 16 } });
    assert.equal(problem?.path, "balance.graceMinutes");
    assert.match(problem.rule, /^must be at least refinery\.everyMinutes and Firehose's buffers = 17: /);
    assert.deepEqual(others, []);
  });

  it("refuses a longest cool-down that is shorter than the first", () => {
    assert.doesNotThrow(() => load({ topics, breaker: { coolDownMinutes: 15 } }));
    assert.deepEqual(problems({ topics, breaker: { coolDownMinutes: 16 } }), [
      { path: "breaker.maximumCoolDownMinutes", rule: "must be at least breaker.coolDownMinutes = 16", value: "15" },
    ]);
  });

  it("refuses a stack name that S3 and Glue cannot carry", () => {
    for (const stack of ["Prod", "prod.eu", "prod_eu"]) {
      const [problem, ...others] = problems({ topics }, [], stack);
      assert.equal(problem?.path, "stack");
      assert.match(problem.rule, /lower-case letters, digits and dashes/);
      assert.equal(problem.value, `"lean-ops-${stack}"`);
      assert.deepEqual(others, []);
    }
  });

  it("refuses a stack name that makes a bucket's, function's or role's name too long", () => {
    const stack = (length: number) => "s".repeat(length - "lean-ops-".length);
    assert.doesNotThrow(() => load({ topics: { a: {} } }, [], stack(39)));
    assert.deepEqual(
      problems({ topics: { a: {} } }, [], stack(40)).map(({ rule }) => rule),
      ["the name of a role must be at most 64 characters, and this has 65"],
    );
    const found = problems({ topics: { a: {} } }, [], stack(58)).map(({ rule }) => rule);
    for (const kind of ["function", "role", "delivery stream", "schedule", "bucket"]) {
      assert(
        found.some((rule) => rule.startsWith(`the name of a ${kind} must be at most 6`)),
        `${kind}: ${found}`,
      );
    }
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

/** `{topics: {orders: {}}}` with `value` at the path. */
function nested(path: string, value: unknown): Tree {
  const tree: Tree = { topics: { orders: {} } };
  const keys = path.split(".");
  const last = keys.pop();
  let node: Tree = tree;
  for (const key of keys) {
    const inner = { ...(node[key] as Tree | undefined) };
    node[key] = inner;
    node = inner;
  }
  node[String(last)] = value;
  return tree;
}
