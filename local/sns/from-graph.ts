import { Inputs, refuseAll } from "../graph/inputs.ts";
import { type GraphResource, ofType, type StackGraph } from "../graph/types.ts";
import type { FunctionConfiguration } from "../lambda/configuration.ts";
import { PROTOCOLS, type SubscriptionConfiguration, type TopicConfiguration } from "./configuration.ts";
import { mayInvoke, NEEDED_PERMISSION } from "./function-permission.ts";

const TOPIC = "aws:sns/topic:Topic";
const SUBSCRIPTION = "aws:sns/topicSubscription:TopicSubscription";
const POLICY = "aws:sns/topicPolicy:TopicPolicy";

/** Inputs of `sns.TopicArgs`, `sns.TopicSubscriptionArgs` and `sns.TopicPolicyArgs` that change nothing locally, and why. */
export const ignoredInputs: Readonly<Record<string, string>> = {
  confirmationTimeoutInMinutes: "nothing leaves this machine, so that nobody confirms a subscription",
  deliveryPolicy: "it is for HTTP endpoints, and nothing leaves this machine",
  displayName: "it is the sender's name in e-mails, and nothing leaves this machine",
  endpointAutoConfirms: "as confirmationTimeoutInMinutes",
  region: "the whole stack is in one region, which the ARN names",
  tags: "nothing reads them",
  tracingConfig: "nothing is traced",
};

interface Stack {
  graph: StackGraph;
  functions: readonly Pick<FunctionConfiguration, "arn" | "name">[];
  problems: string[];
}

/**
 * The stack's topics with their subscriptions and policies
 * (https://docs.aws.amazon.com/sns/latest/api/API_CreateTopic.html,
 * https://docs.aws.amazon.com/sns/latest/api/API_Subscribe.html). Whether a queue's policy lets a topic send, and a
 * topic's policy and key let somebody publish, is judged where calls are authorised.
 *
 * @param functions Those of the same stack.
 * @throws ResourceError with everything that AWS would refuse, all that the local cloud cannot do (FIFO topics, filter and
 *   redrive policies, raw delivery, other protocols), and functions that their topic may not invoke: AWS would drop
 *   what is published.
 */
export function topicConfigurations(
  graph: StackGraph,
  functions: readonly Pick<FunctionConfiguration, "arn" | "name">[],
): TopicConfiguration[] {
  const stack: Stack = { graph, functions, problems: [] };
  const topicArns = new Set(ofType(graph, TOPIC).map(({ state }) => state.arn));
  const policies = readPolicies(stack, topicArns);
  const subscriptions = readSubscriptions(stack, topicArns);
  const topics = ofType(graph, TOPIC).map((resource) => readTopic(resource, stack, { policies, subscriptions }));
  refuseAll(stack.problems);
  return topics;
}

type Policy = Readonly<Record<string, unknown>>;

function readTopic(
  resource: GraphResource,
  { problems }: Stack,
  of: { policies: ReadonlyMap<string, Policy>; subscriptions: ReadonlyMap<string, SubscriptionConfiguration[]> },
): TopicConfiguration {
  const inputs = Inputs.of(resource, problems);
  inputs.only(["name", "kmsMasterKeyId", "policy", "signatureVersion", "fifoTopic"], ignoredInputs);
  const arn = String(resource.state.arn);
  const own = inputs.value("policy") === undefined ? undefined : readPolicy(inputs);
  if (own !== undefined && of.policies.has(arn)) {
    inputs.refuse("policy", "the topic has a TopicPolicy besides; the one replaces the other");
  }
  return {
    name: readName(inputs),
    arn,
    // An empty text is no key.
    kmsMasterKeyId: inputs.optionalText("kmsMasterKeyId") || undefined,
    policy: own ?? of.policies.get(arn),
    signatureVersion: inputs.integer("signatureVersion", { min: 1, max: 2, fallback: 1 }),
    subscriptions: of.subscriptions.get(arn) ?? [],
  };
}

function readName(inputs: Inputs): string {
  const name = inputs.optionalText("name") ?? "";
  if (inputs.value("fifoTopic") !== true && !name.endsWith(".fifo"))
    return inputs.text("name", /^[A-Za-z0-9_-]{1,256}$/);
  inputs.refuse("fifoTopic", "only standard topics are realised locally");
  return name;
}

/** By the ARN of their topic. */
function readPolicies({ graph, problems }: Stack, topicArns: ReadonlySet<unknown>): Map<string, Policy> {
  const policies = new Map<string, Policy>();
  for (const resource of ofType(graph, POLICY)) {
    const inputs = Inputs.of(resource, problems);
    inputs.only(["arn", "policy"], ignoredInputs);
    const arn = readTopicArn(inputs, "arn", topicArns);
    if (policies.has(arn)) inputs.refuse("arn", `${arn} has a policy already; the later one replaces it`);
    policies.set(arn, readPolicy(inputs));
  }
  return policies;
}

/** JSON text, or the object itself, of which the provider makes it. */
function readPolicy(inputs: Inputs): Policy {
  const value = inputs.value("policy");
  const policy = typeof value === "string" ? inputs.attempt("policy", () => JSON.parse(value) as unknown) : value;
  if (typeof policy === "object" && policy !== null && !Array.isArray(policy)) return policy as Policy;
  // Text that cannot be parsed is refused by now.
  if (policy !== undefined || typeof value !== "string") inputs.refuse("policy", "must be a JSON object");
  return {};
}

/** By the ARN of their topic. */
function readSubscriptions(stack: Stack, topicArns: ReadonlySet<unknown>): Map<string, SubscriptionConfiguration[]> {
  const subscriptions = new Map<string, SubscriptionConfiguration[]>();
  for (const resource of ofType(stack.graph, SUBSCRIPTION)) {
    const inputs = Inputs.of(resource, stack.problems);
    inputs.only(["topic", "protocol", "endpoint", "rawMessageDelivery"], ignoredInputs);
    if (inputs.value("rawMessageDelivery") === true) {
      inputs.refuse(
        "rawMessageDelivery",
        "not for functions and e-mail, says AWS, and not realised locally for others",
      );
    }
    const topicArn = readTopicArn(inputs, "topic", topicArns);
    const { protocol, endpoint } = readEndpoint(inputs, topicArn, stack);
    const others = subscriptions.get(topicArn) ?? [];
    if (others.some((other) => other.protocol === protocol && other.endpoint === endpoint)) {
      inputs.refuse("endpoint", `${endpoint} has subscribed to the topic already; AWS would make one of the two`);
    }
    subscriptions.set(topicArn, [...others, { arn: String(resource.state.arn), protocol, endpoint }]);
  }
  return subscriptions;
}

function readTopicArn(inputs: Inputs, property: string, topicArns: ReadonlySet<unknown>): string {
  const arn = String(inputs.value(property));
  if (!topicArns.has(arn)) inputs.refuse(property, `must be a topic of the stack, is ${arn}`);
  return arn;
}

function readEndpoint(
  inputs: Inputs,
  topicArn: string,
  { graph, functions }: Stack,
): Pick<SubscriptionConfiguration, "protocol" | "endpoint"> {
  const given = inputs.value("protocol");
  const protocol = PROTOCOLS.find((known) => known === given);
  if (protocol === undefined) {
    inputs.refuse("protocol", `the local cloud has ${PROTOCOLS.join(", ")}, not ${given}`);
    return { protocol: "https", endpoint: "" };
  }
  const endpoint = inputs.text("endpoint", ENDPOINTS[protocol]);
  if (protocol === "lambda") {
    const invoked = functions.find(({ arn }) => arn === endpoint);
    if (invoked === undefined) inputs.refuse("endpoint", `must be a function of the stack, is ${endpoint}`);
    else if (!mayInvoke(graph, topicArn, invoked)) {
      inputs.refuse("endpoint", `${topicArn} may not invoke ${invoked.name}, which ${NEEDED_PERMISSION}`);
    }
  }
  if (protocol === "sqs" && !ofType(graph, "aws:sqs/queue:Queue").some(({ state }) => state.arn === endpoint)) {
    inputs.refuse("endpoint", `must be a queue of the stack, is ${endpoint}`);
  }
  return { protocol, endpoint };
}

/** https://docs.aws.amazon.com/sns/latest/api/API_Subscribe.html */
const ENDPOINTS: Readonly<Record<SubscriptionConfiguration["protocol"], RegExp>> = {
  lambda: /^arn:/,
  sqs: /^arn:/,
  email: /^[^@\s]+@[^@\s]+$/,
  "email-json": /^[^@\s]+@[^@\s]+$/,
  https: /^https:\/\/./,
};
