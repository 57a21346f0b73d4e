import assert from "node:assert/strict";
import { nested, problems, topics } from "../support/settings.ts";

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
