import { some } from "./core/document.ts";
import { compare, expectClosed, resourcePolicy, stackPolicy } from "./core/policy.ts";
import { all, any, not, Unknown } from "./core/truth.ts";
import { FUNCTION, KEY, LOG_GROUP, ROLE } from "./core/types.ts";

/**
 * Runtimes that AWS still maintains, newest of each language first.
 * https://docs.aws.amazon.com/lambda/latest/dg/lambda-runtimes.html, as of November 2026
 */
const RUNTIMES: Readonly<Record<string, readonly string[]>> = {
  nodejs: ["nodejs24.x", "nodejs22.x"],
  python: ["python3.14", "python3.13", "python3.12"],
  java: ["java25", "java21", "java17"],
  dotnet: ["dotnet10"],
  ruby: ["ruby3.4"],
  provided: ["provided.al2023"],
};

export const functionVpc = resourcePolicy({
  name: "lambda-function-vpc",
  type: FUNCTION,
  description: "A function runs in a VPC.",
  level: "mandatory",
  severity: "high",
  reason: "Only there do endpoints, their policies and security groups decide what a function can reach.",
  fix: "Set vpcConfig with subnetIds and securityGroupIds.",
  url: "https://docs.aws.amazon.com/lambda/latest/dg/configuration-vpc.html",
  peers: { checkov: ["CKV_AWS_117"] },
  check(fn, { expect }) {
    for (const property of ["subnetIds", "securityGroupIds"]) {
      const list = fn.at("vpcConfig", property);
      // Ids that come from a network which does not exist yet are ids.
      const isSome =
        list.isUnknown && fn.sources("vpcConfig").length > 0
          ? true
          : some(list.items, (id) => (id.isUnknown ? true : id.isSet));
      expect(fn, isSome, `has no ${property} of a VPC`);
    }
  },
});

export const environmentCustomerKey = resourcePolicy({
  name: "lambda-environment-customer-key",
  type: FUNCTION,
  description: "A function's environment is encrypted with a customer-managed key.",
  level: "mandatory",
  severity: "medium",
  reason: "Whoever may read a function's configuration otherwise reads its environment too.",
  fix: "Set kmsKeyArn to a key of the stack.",
  url: "https://docs.aws.amazon.com/lambda/latest/dg/configuration-envvars-encryption.html",
  peers: { checkov: ["CKV_AWS_173"] },
  check(fn, { expect }) {
    const variables = fn.at("environment", "variables");
    const { keys } = variables;
    const hasNone = variables.isUnknown ? false : keys instanceof Unknown ? keys : keys.length === 0;
    expect(fn, any(hasNone, fn.isSetFrom(KEY, "kmsKeyArn")), "has an environment without a key of its own");
  },
});

export const timeout = resourcePolicy<{ maximumSeconds: number }>({
  name: "lambda-timeout",
  type: FUNCTION,
  description: "A function says how long it may run: 30 s or less.",
  level: "mandatory",
  severity: "medium",
  reason: "A function that hangs holds its messages and its concurrency for that long.",
  fix: "Set timeout to at most the configured maximum, and do long work in steps.",
  url: "https://docs.aws.amazon.com/lambda/latest/dg/configuration-timeout.html",
  settings: { maximumSeconds: { default: 30, description: "The longest timeout, in seconds." } },
  check(fn, { expect, settings }) {
    const isShort = compare(fn.at("timeout"), (seconds) => seconds <= settings.maximumSeconds, false);
    expect(fn, isShort, `has no timeout, or one of more than ${settings.maximumSeconds} s`);
  },
});

export const memory = resourcePolicy({
  name: "lambda-memory",
  type: FUNCTION,
  description: "A function says how much memory it has.",
  level: "advisory",
  severity: "low",
  reason: "The memory decides on the CPU too, and the default of 128 MB is slow for anything.",
  fix: "Set memorySize to what was measured.",
  url: "https://docs.aws.amazon.com/lambda/latest/dg/configuration-memory.html",
  check: (fn, { expect }) => expect(fn, fn.at("memorySize").isSet, "has the default memory"),
});

/** Names of variables that hold a credential, unless they hold where to find one. */
const CREDENTIAL_NAME = /(password|passwd|secret|token|api_?key|private_?key|credential)/i;
const REFERENCE_NAME = /(_arn|_name|_id|_url|_uri|_path|_parameter|_prefix|_field|_header)$/i;
/** Access key ids as AWS makes them, and the beginning of a private key. */
const CREDENTIAL_VALUE = /\b(AKIA|ASIA)[A-Z0-9]{16}\b|-----BEGIN [A-Z ]*PRIVATE KEY-----/;

export const environmentNoCredentials = resourcePolicy({
  name: "lambda-environment-no-credentials",
  type: FUNCTION,
  description: "A function's environment holds no credentials.",
  level: "mandatory",
  severity: "critical",
  reason: "Everybody who may look at the function's configuration sees them, and nobody rotates them.",
  fix: "Let the role have the permission, or put the secret into Secrets Manager and its ARN into the environment.",
  url: "https://docs.aws.amazon.com/lambda/latest/dg/configuration-envvars.html",
  peers: { checkov: ["CKV_AWS_45"] },
  check(fn, { expect }) {
    const { entries } = fn.at("environment", "variables");
    if (entries instanceof Unknown) {
      expect(fn, entries, "");
      return;
    }
    for (const [name, value] of entries) {
      const isNamed = CREDENTIAL_NAME.test(name) && !REFERENCE_NAME.test(name);
      // What another resource makes, and is not known before, is judged in an update.
      const looksLikeOne = any(isNamed ? value.isSet : false, value.matches(CREDENTIAL_VALUE));
      expect(fn, not(looksLikeOne), `has a credential in its environment variable ${name}`);
    }
  },
});

export const tracing = resourcePolicy({
  name: "lambda-tracing",
  type: FUNCTION,
  description: "A function's invocations are traced.",
  level: "advisory",
  severity: "low",
  reason: "Without traces nobody can say in which call the time went.",
  fix: 'Set tracingConfig.mode to "Active".',
  url: "https://docs.aws.amazon.com/lambda/latest/dg/services-xray.html",
  peers: { checkov: ["CKV_AWS_50"] },
  check: (fn, { expect }) => expect(fn, fn.at("tracingConfig", "mode").is("Active"), "is not traced"),
});

export const reservedConcurrency = resourcePolicy({
  name: "lambda-reserved-concurrency",
  type: FUNCTION,
  description: "A function has a concurrency of its own.",
  level: "advisory",
  severity: "low",
  reason: "It neither starves nor is starved by the other functions of the account.",
  fix: "Set reservedConcurrentExecutions.",
  url: "https://docs.aws.amazon.com/lambda/latest/dg/configuration-concurrency.html",
  peers: { checkov: ["CKV_AWS_115"] },
  check(fn, { expect }) {
    const isReserved = compare(fn.at("reservedConcurrentExecutions"), (count) => count >= 0, false);
    expect(fn, isReserved, "shares the account's concurrency");
  },
});

export const supportedRuntime = resourcePolicy({
  name: "lambda-runtime-supported",
  type: FUNCTION,
  description: "A function runs on a runtime that AWS maintains.",
  level: "mandatory",
  severity: "high",
  reason: "A deprecated runtime gets no security updates, and one day no deployments.",
  fix: "Change runtime to one that AWS maintains.",
  url: "https://docs.aws.amazon.com/lambda/latest/dg/lambda-runtimes.html",
  peers: { checkov: ["CKV_AWS_363"] },
  check(fn, { expect }) {
    const isImage = fn.at("packageType").is("Image");
    const maintained = Object.values(RUNTIMES).flat();
    expect(fn, any(isImage, fn.at("runtime").is(...maintained)), "runs on a runtime that AWS does not maintain");
  },
});

export const latestRuntime = resourcePolicy({
  name: "lambda-runtime-latest",
  type: FUNCTION,
  description: "A function runs on the latest runtime of its language.",
  level: "advisory",
  severity: "low",
  reason: "The latest one is maintained for the longest time.",
  fix: "Change runtime to the latest of its language.",
  url: "https://docs.aws.amazon.com/lambda/latest/dg/lambda-runtimes.html",
  peers: { cdkNag: ["L1"] },
  check(fn, { expect }) {
    const latest = Object.values(RUNTIMES).flatMap(([first]) => first ?? []);
    expect(fn, any(fn.at("packageType").is("Image"), fn.at("runtime").is(...latest)), "runs on an older runtime");
  },
});

export const codeSigning = resourcePolicy({
  name: "lambda-code-signing",
  type: FUNCTION,
  description: "Lambda runs only code that somebody signed.",
  level: "advisory",
  severity: "low",
  reason: "Otherwise whoever may update the function decides on what runs with its role.",
  fix: "Set codeSigningConfigArn, and deploy signed archives.",
  url: "https://docs.aws.amazon.com/lambda/latest/dg/configuration-codesigning.html",
  peers: { checkov: ["CKV_AWS_272"] },
  check: (fn, { expect }) => expect(fn, fn.at("codeSigningConfigArn").isSet, "takes code that nobody signed"),
});

export const ownLogGroup = stackPolicy({
  name: "lambda-log-group",
  description: "A function logs to a log group of the stack.",
  level: "advisory",
  severity: "medium",
  reason: "A group that Lambda makes itself keeps its logs for ever, and encrypts with no key of yours.",
  fix: "Add a LogGroup, with retention and key, and name it in loggingConfig.logGroup.",
  url: "https://docs.aws.amazon.com/lambda/latest/dg/monitoring-cloudwatchlogs-loggroups.html",
  check(stack, { expect }) {
    const groups = stack.ofType(LOG_GROUP);
    for (const fn of stack.ofType(FUNCTION)) {
      const logGroup = fn.at("loggingConfig", "logGroup");
      const named = stack.find(fn, "loggingConfig", logGroup, LOG_GROUP);
      const { text } = fn.at("name");
      const byName = groups.map((group) =>
        all(logGroup.isAbsent, typeof text === "string", group.at("name").is(`/aws/lambda/${text}`)),
      );
      expect(
        fn,
        any(named instanceof Unknown ? named : named !== undefined, ...byName),
        "has no log group in the stack",
      );
    }
  },
});

export const ownRole = stackPolicy({
  name: "lambda-own-role",
  description: "No two functions share a role.",
  level: "advisory",
  severity: "medium",
  reason: "A role that several functions take allows each of them what any of them needs.",
  fix: "Give each function a role of its own.",
  url: "https://docs.aws.amazon.com/lambda/latest/dg/lambda-intro-execution-role.html",
  check(stack, { expect }) {
    const byRole = stack.attached(FUNCTION, "role", ROLE);
    expectClosed({ expect }, byRole);
    for (const functions of byRole.values()) {
      for (const fn of functions.slice(1)) expect(fn, false, `shares its role with ${functions[0]?.name}`);
    }
  },
});
