import { isPublic, requiresTls, some, statementsOf } from "./core/document.ts";
import { compare, type Policy, resourcePolicy, stackPolicy } from "./core/policy.ts";
import { all, any, not, Unknown } from "./core/truth.ts";
import { EVENT_SOURCE_MAPPING, FUNCTION, KEY, QUEUE, QUEUE_POLICY } from "./core/types.ts";

/** https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_CreateQueue.html */
const DEFAULT_VISIBILITY_SECONDS = 30;
/** https://docs.aws.amazon.com/lambda/latest/api/API_CreateFunction.html */
const DEFAULT_TIMEOUT_SECONDS = 3;

export const queueCustomerKey = resourcePolicy({
  name: "sqs-queue-customer-key",
  type: QUEUE,
  description: "A queue encrypts with a customer-managed key.",
  level: "mandatory",
  severity: "high",
  reason: "Only with a key of its own is there a key policy that says who may read the messages, and a log of who did.",
  fix: "Set kmsMasterKeyId to a key of the stack, and let its policy admit those who send and receive.",
  url: "https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-server-side-encryption.html",
  peers: { cdkNag: ["SQS2"], checkov: ["CKV_AWS_27", "CKV2_AWS_73"] },
  check(queue, { expect }) {
    const isOwn = not(queue.at("kmsMasterKeyId").matches(/^alias\/aws\//));
    expect(
      queue,
      all(queue.isSetFrom(KEY, "kmsMasterKeyId"), isOwn instanceof Unknown ? true : isOwn),
      "has no key of its own",
    );
  },
});

export const queueTlsOnly = stackPolicy({
  name: "sqs-queue-tls-only",
  description: "A queue's policy refuses requests without TLS.",
  level: "advisory",
  severity: "low",
  reason: "SQS also answers over plain HTTP, where anybody on the way can read the messages.",
  fix: "Add a QueuePolicy that denies sqs:* where aws:SecureTransport is false.",
  url: "https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-security-best-practices.html",
  peers: { cdkNag: ["SQS4"] },
  check(stack, { expect }) {
    const policies = stack.attached(QUEUE_POLICY, "queueUrl", QUEUE);
    for (const queue of stack.ofType(QUEUE)) {
      const documents = [queue, ...(policies.get(queue) ?? [])].map((from) => from.at("policy"));
      expect(queue, any(policies.open ?? false, ...documents.map(requiresTls)), "takes requests without TLS");
    }
  },
});

export const queueNotPublic = resourcePolicy({
  name: "sqs-queue-not-public",
  type: [QUEUE, QUEUE_POLICY],
  description: "A queue's policy admits nobody whom it does not name.",
  level: "mandatory",
  severity: "critical",
  reason: "A principal of * without a condition lets the whole world read, or flood, the queue.",
  fix: "Name the account, role or service, or limit the statement by aws:SourceArn or aws:PrincipalOrgID.",
  url: "https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-security-best-practices.html",
  peers: { checkov: ["CKV_AWS_168", "CKV_AWS_387"] },
  check(resource, { expect }) {
    expect(resource, not(some(statementsOf(resource.at("policy")), isPublic)), "has a policy that admits everybody");
  },
});

export const queuePolicyNoStarAction = resourcePolicy({
  name: "sqs-queue-policy-no-star-action",
  type: [QUEUE, QUEUE_POLICY],
  description: "A queue's policy allows single actions, never all of them.",
  level: "mandatory",
  severity: "high",
  reason: "Who may do everything with a queue can also purge it, delete it, or change its policy.",
  fix: "List the actions that the principal uses, such as sqs:SendMessage.",
  url: "https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-security-best-practices.html",
  peers: { checkov: ["CKV_AWS_72"] },
  check(resource, { expect }) {
    const allowsAll = some(statementsOf(resource.at("policy")), (statement) =>
      all(
        statement.allows,
        some(statement.actions, (action) => action.matches(/^(sqs:)?\*$/i)),
      ),
    );
    expect(resource, not(allowsAll), "has a policy that allows every action");
  },
});

export const visibilityCoversTimeout = visibilityPolicy({
  name: "sqs-visibility-covers-timeout",
  description: "A queue hides a message for at least as long as the function that handles it may run.",
  level: "mandatory",
  severity: "high",
  reason: "Otherwise Lambda refuses the mapping, and a message would come back while it is still being handled.",
  factor: 1,
});

export const visibilitySixTimeouts = visibilityPolicy({
  name: "sqs-visibility-six-timeouts",
  description: "A queue hides a message for six times as long as the function that handles it may run.",
  level: "advisory",
  severity: "low",
  reason: "AWS advises it, so that Lambda has time to try again when an earlier batch makes it throttle.",
  factor: 6,
});

function visibilityPolicy(
  policy: Pick<Policy, "name" | "description" | "level" | "severity" | "reason"> & { factor: number },
): Policy {
  const { factor, ...description } = policy;
  return stackPolicy<{ factor: number }>({
    ...description,
    fix: "Lengthen the queue's visibilityTimeoutSeconds, or shorten the function's timeout.",
    url: "https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-configure.html",
    settings: {
      factor: { default: factor, description: "How many of the function's timeouts the visibility must cover." },
    },
    check(stack, { expect, settings }) {
      for (const mapping of stack.ofType(EVENT_SOURCE_MAPPING)) {
        const queue = stack.find(mapping, "eventSourceArn", mapping.at("eventSourceArn"), QUEUE);
        const target = stack.find(mapping, "functionName", mapping.at("functionName"), FUNCTION);
        if (queue === undefined || target === undefined) continue;
        if (queue instanceof Unknown || target instanceof Unknown) {
          // A stream's ARN is unknown too before the stream exists: then its mapping depends on no queue.
          const isQueue = queue instanceof Unknown ? mapping.at("startingPosition").isAbsent : true;
          if (isQueue) expect(mapping, queue instanceof Unknown ? queue : (target as Unknown), "");
          continue;
        }
        const timeout = target.at("timeout");
        const seconds =
          timeout.number instanceof Unknown ? timeout.number : (timeout.number ?? DEFAULT_TIMEOUT_SECONDS);
        const covers =
          seconds instanceof Unknown
            ? seconds
            : compare(
                queue.at("visibilityTimeoutSeconds"),
                (visibility) => visibility >= settings.factor * seconds,
                DEFAULT_VISIBILITY_SECONDS,
              );
        expect(queue, covers, `hides messages for less than ${settings.factor} × the timeout of ${target.name}`);
      }
    },
  });
}
