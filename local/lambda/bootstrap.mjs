/**
 * What a child process runs: loads the function's handler and hands it one invocation after the other.
 *
 * Plain JavaScript, because stripping types would add more to a cold start than all that this file does.
 */
import { existsSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { pathToFileURL } from "node:url";
import { RuntimeClient } from "./runtime-client.mjs";

const client = new RuntimeClient(process.env.AWS_LAMBDA_RUNTIME_API, () => process.exit());

/** "init", the id of the invocation under way, or undefined between two. */
let current = "init";

/** This process is about to end: it answers no more, and takes no more. */
let crashing = false;

process.on("uncaughtException", (error) => crash(error, 129));
process.on("unhandledRejection", (reason) => crash(named("Runtime.UnhandledPromiseRejection", String(reason)), 128));

let handler;
try {
  handler = await loadHandler(process.env.LAMBDA_TASK_ROOT, process.env._HANDLER);
} catch (error) {
  await crash(error, 1);
}

current = undefined;
for (;;) {
  const { headers, body } = await client.next();
  current = headers.get("lambda-runtime-aws-request-id");
  process.env._X_AMZN_TRACE_ID = headers.get("lambda-runtime-trace-id") ?? "";
  try {
    const result = await handler(body.parse(), contextOf(headers));
    // A rejection that nobody handles is reported first, and fails the invocation.
    await new Promise(setImmediate);
    await unlessCrashing();
    client.respond(current, serialised(result));
  } catch (error) {
    await unlessCrashing();
    const description = described(error);
    console.error(`${current}\tERROR\tInvoke Error\t${JSON.stringify(description)}`);
    client.fail(current, description);
  }
  current = undefined;
}

/** Reports what ends this process, then ends it. */
async function crash(error, code) {
  crashing = true;
  const description = described(error);
  console.error(`${current ?? "-"}\tERROR\t${JSON.stringify(description)}`);
  if (current === "init") {
    await client.failInit(description);
  } else if (current !== undefined) {
    await client.fail(current, description);
  }
  process.exit(code);
}

function unlessCrashing() {
  return crashing ? new Promise(() => {}) : undefined;
}

/** https://docs.aws.amazon.com/lambda/latest/dg/nodejs-context.html */
function contextOf(headers) {
  const deadline = Number(headers.get("lambda-runtime-deadline-ms"));
  return {
    awsRequestId: headers.get("lambda-runtime-aws-request-id"),
    invokedFunctionArn: headers.get("lambda-runtime-invoked-function-arn"),
    functionName: process.env.AWS_LAMBDA_FUNCTION_NAME,
    functionVersion: process.env.AWS_LAMBDA_FUNCTION_VERSION,
    memoryLimitInMB: process.env.AWS_LAMBDA_FUNCTION_MEMORY_SIZE,
    logGroupName: process.env.AWS_LAMBDA_LOG_GROUP_NAME,
    logStreamName: process.env.AWS_LAMBDA_LOG_STREAM_NAME,
    identity: undefined,
    clientContext: undefined,
    getRemainingTimeInMillis: () => deadline - Date.now(),
  };
}

/** @param {string} root The unpacked archive. @param {string} name `folder/file.export`. */
async function loadHandler(root, name) {
  const [, file, path] = /^([^.]+)\.(.+)$/.exec(basename(name)) ?? [];
  if (file === undefined || name.includes("..")) {
    throw named("Runtime.MalformedHandlerName", `'${name}' is not a handler name of the form file.export`);
  }
  const exports = await loadModule(join(root, dirname(name), file), file);
  const pick = (from) => path.split(".").reduce((value, key) => value?.[key], from);
  // A CommonJS module's exports are its default export.
  const found = pick(exports) ?? pick(exports.default);
  if (typeof found !== "function") {
    throw named("Runtime.HandlerNotFound", `${name} is undefined or not exported`);
  }
  // https://docs.aws.amazon.com/lambda/latest/dg/nodejs-handler.html: dropped with Node.js 24.
  if (found.length >= 3) {
    throw named("Runtime.CallbackHandlerDeprecated", `${name} takes a callback, which Node.js 24 no longer supports`);
  }
  return found;
}

async function loadModule(path, name) {
  const file = [".js", ".mjs", ".cjs"].map((extension) => path + extension).find((candidate) => existsSync(candidate));
  if (file === undefined) {
    throw named("Runtime.ImportModuleError", `Error: Cannot find module '${name}'`);
  }
  try {
    return await import(pathToFileURL(file).href);
  } catch (error) {
    if (error instanceof SyntaxError) {
      throw named("Runtime.UserCodeSyntaxError", String(error));
    }
    if (error?.code === "ERR_MODULE_NOT_FOUND" || error?.code === "MODULE_NOT_FOUND") {
      throw named("Runtime.ImportModuleError", String(error));
    }
    throw error;
  }
}

/**
 * JSON text of what the handler answered, in parts: a text of more than 128 KB costs ten times as much as the same in
 * small ones (see local/lambda/payload.ts), so that a long list is written element by element.
 */
function serialised(result) {
  try {
    const [name, list] = onlyList(result) ?? [];
    if (list === undefined) {
      return [JSON.stringify(result) ?? "null"];
    }
    const parts = [`{${JSON.stringify(name)}:[`];
    for (const [index, element] of list.entries()) {
      parts.push((index > 0 ? "," : "") + (JSON.stringify(element) ?? "null"));
    }
    parts.push("]}");
    return parts;
  } catch {
    throw named("Runtime.JSONStringifyError", "Unable to stringify response body");
  }
}

/** The name and the list of an answer that is a plain object with a list and nothing else. */
function onlyList(result) {
  if (typeof result !== "object" || result === null || Object.getPrototypeOf(result) !== Object.prototype) {
    return undefined;
  }
  const entries = Object.entries(result);
  const [[name, list] = []] = entries;
  return entries.length === 1 && name !== "toJSON" && Array.isArray(list) && list.toJSON === undefined
    ? [name, list]
    : undefined;
}

function described(error) {
  if (error instanceof Error) {
    return { errorType: error.name, errorMessage: error.message, trace: (error.stack ?? "").split("\n") };
  }
  return { errorType: typeof error, errorMessage: String(error), trace: [] };
}

function named(name, message) {
  return Object.assign(new Error(message), { name });
}
