import { readFile, writeFile } from "node:fs/promises";
import { join, resolve } from "node:path";
import { Console } from "../../local/console.ts";
import { evaluate } from "../../local/graph/evaluate.ts";
import type { Registration } from "../../local/graph/registration.ts";
import { readStackFiles } from "../../local/graph/stack-files.ts";
import type { PackConfig } from "../../local/policy/pack.ts";
import { PACK } from "../../local/policy/pack-process.ts";
import { mandatory, verdictOf } from "../../local/policy/verdict.ts";
import { annotations } from "./annotations.ts";
import { display } from "./display.ts";
import { policiesDocument } from "./docs.ts";
import type { PolicyOptions } from "./options.ts";
import { sarifOf } from "./sarif.ts";

/**
 * Judges a stack, and says what was found.
 *
 * @returns the process's exit code: 1 where a mandatory policy is broken, or nothing could be judged.
 */
export async function run(
  options: PolicyOptions,
  root: string,
  stream: NodeJS.WriteStream = process.stdout,
  environment: NodeJS.ProcessEnv = process.env,
): Promise<number> {
  const console = new Console(stream);
  try {
    if (options.docs) {
      await writeFile(join(root, "docs/policies.md"), policiesDocument());
      console.line("docs/policies.md is written.");
      return 0;
    }
    const config = options.config === undefined ? {} : await readConfig(options.config);
    const folder = options.pack === undefined ? PACK : resolve(options.pack);
    const { stack } = options;
    const { project } = await explained(stack, async () => readStackFiles(root, stack));
    const evaluated = explained(stack, () => registrationsOf(stack, root));
    const verdict = await verdictOf(evaluated, { project, stack, folder, config });
    display(verdict, (await evaluated).length, stack, console);
    if (environment.GITHUB_ACTIONS === "true") for (const line of annotations(verdict)) console.line(line);
    if (options.sarif !== undefined) {
      await writeFile(options.sarif, `${JSON.stringify(sarifOf(verdict), null, 2)}\n`);
    }
    return mandatory(verdict).length > 0 ? 1 : 0;
  } catch (error) {
    console.problem(error instanceof Error ? explain(error) : String(error));
    return 1;
  }
}

async function registrationsOf(stack: string, root: string): Promise<Registration[]> {
  const registrations: Registration[] = [];
  await evaluate(stack, { root, registered: (registration) => registrations.push(registration) });
  return registrations;
}

/** What the evaluation of a stack throws, with whose it was. */
async function explained<T>(stack: string, evaluate: () => Promise<T>): Promise<T> {
  try {
    return await evaluate();
  } catch (error) {
    throw new Error(`The program could not be evaluated for the stack ${stack}:\n${explain(error as Error)}`);
  }
}

async function readConfig(file: string): Promise<PackConfig> {
  try {
    return JSON.parse(await readFile(file, "utf8")) as PackConfig;
  } catch (error) {
    throw new Error(`${file}: ${(error as Error).message}`);
  }
}

function explain(error: Error): string {
  const isDefect = error instanceof TypeError || error instanceof ReferenceError || error instanceof RangeError;
  return isDefect ? (error.stack ?? error.message) : error.message;
}
