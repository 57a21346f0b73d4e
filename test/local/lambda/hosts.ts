import assert from "node:assert/strict";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { systemClock } from "../../../local/clock.ts";
import type { FunctionConfiguration } from "../../../local/lambda/configuration.ts";
import { LambdaHost, type LambdaHostOptions } from "../../../local/lambda/host.ts";
import type { Invocation } from "../../../local/lambda/invoker.ts";

/** A function of the given files, with settings that are in nobody's way. */
export function functionOf(files: Record<string, string>, overrides: Partial<FunctionConfiguration> = {}) {
  const name = overrides.name ?? "processor";
  return {
    arn: `arn:aws:lambda:eu-west-1:123456789012:function:${name}`,
    name,
    runtime: "nodejs24.x",
    handler: "index.handler",
    timeoutSeconds: 30,
    memoryMegabytes: 256,
    variables: {},
    reservedConcurrency: undefined,
    roleArn: "arn:aws:iam::123456789012:role/processor",
    logGroup: `/aws/lambda/${name}`,
    files,
    ...overrides,
  };
}

export interface TestHost {
  host: LambdaHost;
  /** Lines that the functions wrote. */
  lines: string[];
}

const open: (() => Promise<void>)[] = [];

/** A host that runs until {@link endHosts}. */
export async function hostOf(
  functions: readonly FunctionConfiguration[],
  overrides: Partial<LambdaHostOptions> = {},
): Promise<TestHost> {
  const workDirectory = overrides.workDirectory ?? (await mkdtemp(join(tmpdir(), "lambda-host-")));
  const lines: string[] = [];
  const host = new LambdaHost({
    functions,
    clock: systemClock(),
    region: "eu-west-1",
    endpointUrl: "http://127.0.0.1:4566",
    workDirectory,
    childrenPerFunction: 2,
    credentialsFor: (roleArn) => ({ accessKeyId: "KEY", secretAccessKey: "SECRET", sessionToken: `for ${roleArn}` }),
    log: (_, line) => lines.push(line),
    ...overrides,
  });
  open.push(async () => {
    await host.stop();
    await rm(workDirectory, { recursive: true, force: true });
  });
  return { host, lines };
}

/** Stops the hosts and removes their files. */
export async function endHosts(): Promise<void> {
  await Promise.all(open.splice(0).map((end) => end()));
}

/** The error object that a failed invocation answered. */
export function errorOf(invocation: Invocation) {
  assert.equal(invocation.functionError, "Unhandled");
  return JSON.parse(invocation.payload) as { errorType: string; errorMessage: string; trace?: string[] };
}

/** @param pid Negative for the process group that this process leads. */
export function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}
