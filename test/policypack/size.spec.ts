import assert from "node:assert/strict";
import type { Registration } from "../../local/graph/registration.ts";
import { judge } from "../../policypack/core/policy.ts";
import { Stack } from "../../policypack/core/stack.ts";
import * as t from "../../policypack/core/types.ts";
import { POLICIES } from "../../policypack/policies.ts";
import { registration } from "../support/policies.ts";

const ARN = "arn:aws:sqs:eu-west-1:123456789012:";
const FUNCTION_ARN = "arn:aws:lambda:eu-west-1:123456789012:function:fn";

/** What there is for each topic: queue, mapping and alarm, and a function, a role and a bucket for every fourth. */
function topic(index: number): Registration[] {
  const name = `topic-${index}`;
  const queue = registration(
    t.QUEUE,
    name,
    {
      name,
      redrivePolicy: JSON.stringify({ deadLetterTargetArn: `${ARN}dlq-${index % 10}`, maxReceiveCount: 10 }),
    },
    { outputs: { arn: ARN + name, url: `https://sqs/${name}` } },
  );
  const mapping = registration(t.EVENT_SOURCE_MAPPING, name, {
    eventSourceArn: ARN + name,
    functionName: FUNCTION_ARN,
  });
  const alarm = registration(t.METRIC_ALARM, name, {
    metricName: "ApproximateAgeOfOldestMessage",
    dimensions: { QueueName: name },
  });
  if (index % 4 > 0) return [queue, mapping, alarm];
  const role = registration(t.ROLE, name, { name });
  const fn = registration(t.FUNCTION, name, { name, role: name });
  const policy = registration(t.ROLE_POLICY, name, { role: name, policy: JSON.stringify({ Statement: [] }) });
  const bucket = registration(t.BUCKET[0], name, { bucket: name });
  return [queue, mapping, alarm, role, fn, policy, bucket];
}

/** CPU seconds in which all policies judge a stack of so many topics, at best of three times. */
function cpuOf(topics: number): number {
  const all = Array.from({ length: topics }, (_, index) => topic(index)).flat();
  const dlqs = Array.from({ length: 10 }, (_, index) =>
    registration(t.QUEUE, `dlq-${index}`, { name: `dlq-${index}` }, { outputs: { arn: `${ARN}dlq-${index}` } }),
  );
  const data = [...dlqs, ...all].map(({ urn, type, name, outputs }) => ({
    urn,
    type,
    name,
    props: outputs,
    propertyDependencies: {},
  }));
  const times = [1, 2, 3].map(() => {
    const before = process.cpuUsage();
    const stack = new Stack(data);
    const found = POLICIES.flatMap((policy) =>
      policy.kind === "stack"
        ? judge(policy, { stack }, {})
        : stack.ofType(...policy.types).flatMap((resource) => judge(policy, { resource }, {})),
    );
    assert.ok(found.length > topics);
    const { user, system } = process.cpuUsage(before);
    return (user + system) / 1e6;
  });
  return Math.min(...times);
}

describe("the time of judging a stack", function () {
  this.timeout(120_000);

  it("grows no faster than the number of topics", () => {
    const few = cpuOf(250);
    const many = cpuOf(1000);
    // Four times the topics: quadratic work would be sixteen times.
    assert.ok(many < 9 * few, `250 topics took ${few} s, 1,000 took ${many} s`);
  });
});
