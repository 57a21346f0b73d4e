import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { COMPILE_CACHE } from "../compile-cache.ts";

const require = createRequire(import.meta.url);

/** The project's own pack. */
export const PACK = fileURLToPath(new URL("../../policypack", import.meta.url));

/** A pack that does not start by then never will, in milliseconds. */
const START_TIMEOUT = 60_000;

/** Why a pack did not start, with what it said itself. */
export class PackError extends Error {
  override readonly name = "PackError";
}

export interface PackProcess {
  port: number;
  /** Ends the process. */
  stop(): Promise<void>;
}

/**
 * Starts a policy pack in the script that Pulumi's CLI starts, in the pack's own folder: the first line that it prints
 * is the port on which it answers.
 *
 * @throws PackError where it ends, or prints something else, before.
 */
export async function startPack(folder: string, project: string, stack: string): Promise<PackProcess> {
  if (!existsSync(join(folder, "PulumiPolicy.yaml"))) throw new PackError(`${folder} has no PulumiPolicy.yaml`);
  const script = require.resolve("@pulumi/pulumi/cmd/run-policy-pack");
  const child = spawn(process.execPath, ["--enable-source-maps", script, "127.0.0.1:0", "."], {
    cwd: folder,
    env: {
      ...COMPILE_CACHE,
      ...process.env,
      PULUMI_NODEJS_PROJECT: project,
      PULUMI_NODEJS_STACK: stack,
      PULUMI_NODEJS_DRY_RUN: "false",
    },
    stdio: ["ignore", "pipe", "pipe"],
    // Its own process group: a Ctrl-C is for this process.
    detached: true,
  });
  // However this process ends, the pack does not outlive it.
  const end = () => void child.kill("SIGKILL");
  process.once("exit", end);
  const stop = async () => {
    process.off("exit", end);
    if (child.exitCode !== null || child.signalCode !== null) return;
    const closed = once(child, "close");
    end();
    await closed;
  };
  try {
    return { port: await portOf(child, folder), stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

async function portOf(child: ChildProcess, folder: string): Promise<number> {
  let said = "";
  child.stderr?.setEncoding("utf8").on("data", (text: string) => {
    said += text;
  });
  const { stdout } = child;
  if (stdout === null) throw new PackError(`the policy pack in ${folder} has no output`);
  const failed = (why: string) => new PackError(`the policy pack in ${folder} did not start: ${why}\n${said.trim()}`);
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => reject(failed(`no port after ${START_TIMEOUT / 1000} s`)), START_TIMEOUT);
    child.once("error", (error) => reject(failed(error.message)));
    child.once("close", (code) => {
      clearTimeout(timer);
      reject(failed(`it ended with exit code ${code}`));
    });
    createInterface({ input: stdout }).once("line", (line) => {
      clearTimeout(timer);
      if (/^\d+$/.test(line)) resolve(Number(line));
      else reject(failed(`it printed ${JSON.stringify(line)} instead of its port`));
    });
  });
}
