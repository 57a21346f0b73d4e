import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { Console } from "../../local/console.ts";
import { evaluate } from "../../local/graph/evaluate.ts";
import { permissionsTable, withTable } from "../../local/iam/permissions-table.ts";
import { explain } from "../common/explain.ts";
import type { PermissionsOptions } from "./options.ts";

/**
 * @param root The project's folder.
 * @returns the process's exit code.
 */
export async function run(
  { stack, coverage, analyze }: PermissionsOptions,
  root: string,
  stream: NodeJS.WriteStream = process.stdout,
): Promise<number> {
  const console = new Console(stream);
  try {
    // Each loads what only it needs.
    if (coverage) return await (await import("./coverage.ts")).showCoverage(stack, root, console);
    if (analyze) return await (await import("./analyze.ts")).analyze(stack, root, console);
    const path = join(root, "docs/security.md");
    writeFileSync(path, withTable(readFileSync(path, "utf8"), permissionsTable(await evaluate("dev", { root }))));
    console.line("The table in docs/security.md is written.");
    return 0;
  } catch (error) {
    console.problem(explain(error, { resource: `stack ${stack}`, region: undefined }));
    return 1;
  }
}
