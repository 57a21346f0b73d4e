/**
 * The text of a file of a function's archive.
 *
 * Node's module is asked for, not imported: an import of `node:fs` loads its promises too, which is 8 ms of a cold start
 * (`npm run bench -- --only cold-start`).
 *
 * @param moduleUrl `import.meta.url` of the bundle, beside which the file lies.
 * @throws Error where there is no such file.
 */
export function readBeside(file: string, moduleUrl: string): string {
  return process.getBuiltinModule("node:fs").readFileSync(new URL(file, moduleUrl), "utf8");
}
