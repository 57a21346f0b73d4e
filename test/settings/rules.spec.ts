import assert from "node:assert/strict";
import { SettingsError } from "../../settings/errors.ts";
import { loadSettings } from "../../settings/load.ts";
import { load, many, paths, problems, type Tree, topics } from "../support/settings.ts";

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
