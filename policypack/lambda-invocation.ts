import { resourcePolicy, stackPolicy } from "./core/policy.ts";
import { any, not } from "./core/truth.ts";
import { EVENT_INVOKE_CONFIG, FUNCTION, PERMISSION, TOPIC_SUBSCRIPTION } from "./core/types.ts";

export const permissionNamesSource = resourcePolicy({
  name: "lambda-permission-source",
  type: PERMISSION,
  description: "A permission to invoke a function names whom, and from where.",
  level: "mandatory",
  severity: "high",
  reason: "Without a source the service invokes the function for anybody's resource, in any account.",
  fix: "Set sourceArn (or sourceAccount), and no principal of *.",
  url: "https://docs.aws.amazon.com/lambda/latest/dg/permissions-function-services.html",
  peers: { checkov: ["CKV_AWS_301", "CKV_AWS_364"] },
  check(permission, { expect }) {
    const principal = permission.at("principal");
    const isService = principal.matches(/\.amazonaws\.com(\.cn)?$/);
    const source = any(
      permission.sources("sourceArn").length > 0,
      permission.at("sourceArn").isSet,
      permission.at("sourceAccount").isSet,
      permission.at("principalOrgId").isSet,
    );
    expect(permission, any(not(principal.is("*")), source), "lets everybody invoke the function");
    expect(permission, any(not(isService), source), "lets a service invoke the function for anybody's resources");
  },
});

/** Callers that do not wait for the function's answer, by the service in a permission. */
const ASYNCHRONOUS = ["sns.amazonaws.com", "s3.amazonaws.com", "events.amazonaws.com"];

export const asynchronousFailures = stackPolicy({
  name: "lambda-asynchronous-failures",
  description: "Events that a function could not handle, and for whose answer nobody waited, are kept.",
  level: "advisory",
  severity: "medium",
  reason: "Lambda tries such an event three times at most, and then drops it.",
  fix: "Set deadLetterConfig, or an onFailure destination in a FunctionEventInvokeConfig.",
  url: "https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-retain-records.html",
  peers: { checkov: ["CKV_AWS_116"] },
  check(stack, { expect }) {
    const permissions = stack.attached(PERMISSION, "function", FUNCTION);
    const subscriptions = stack.attached(TOPIC_SUBSCRIPTION, "endpoint", FUNCTION);
    const configs = stack.attached(EVENT_INVOKE_CONFIG, "functionName", FUNCTION);
    for (const fn of stack.ofType(FUNCTION)) {
      const isAsynchronous = any(
        subscriptions.isAttached(fn),
        permissions.open ?? false,
        ...(permissions.get(fn) ?? []).map((permission) => permission.at("principal").is(...ASYNCHRONOUS)),
      );
      const isKept = any(
        fn.at("deadLetterConfig", "targetArn").isSet,
        ...(configs.get(fn) ?? []).map((config) => config.at("destinationConfig", "onFailure", "destination").isSet),
      );
      expect(fn, any(not(isAsynchronous), isKept), "drops events that it cannot handle");
    }
  },
});

export const functionUrl = resourcePolicy({
  name: "lambda-url-authenticated",
  type: "aws:lambda/functionUrl:FunctionUrl",
  description: "A function's URL asks who calls.",
  level: "mandatory",
  severity: "critical",
  reason: "With authorizationType NONE the whole internet invokes the function.",
  fix: 'Set authorizationType to "AWS_IAM".',
  url: "https://docs.aws.amazon.com/lambda/latest/dg/urls-auth.html",
  peers: { checkov: ["CKV_AWS_258"] },
  check: (url, { expect }) => expect(url, url.at("authorizationType").is("AWS_IAM"), "answers everybody"),
});
