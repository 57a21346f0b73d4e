import { createHash } from "node:crypto";
import { mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";

/** Contents by path in the function's archive. */
export type ArchiveFiles = Readonly<Record<string, string>>;

/** What a bundle is, and all files that it was made of, relative to the root. */
export interface Bundle {
  files: ArchiveFiles;
  inputs: readonly string[];
}

/** A bundle on disk. */
interface Entry {
  recipe: string;
  /** Hashes of their contents, by path. */
  inputs: Readonly<Record<string, string>>;
  files: ArchiveFiles;
  /** Hash of the files. */
  integrity: string;
}

/**
 * Keeps bundles from one process to the next: a bundle takes some 0.4 s of CPU, and its inputs hardly ever change. What
 * is kept counts only where every input has the content that it had, and it is itself as it was written; whatever cannot
 * be read, or written, is built.
 */
export class BundleCache {
  readonly #root: string;
  readonly #folder: string;
  readonly #recipe: string;
  readonly #hashes = new Map<string, string | undefined>();

  /**
   * @param root What inputs are relative to.
   * @param folder Where bundles are kept, a file each.
   * @param recipe How they are made: another one, another bundle.
   */
  constructor(root: string, folder: string, recipe: readonly string[]) {
    this.#root = root;
    this.#folder = folder;
    this.#recipe = hash(JSON.stringify(recipe));
  }

  /** @param build Makes the bundle of a name where none is kept. */
  get(name: string, build: () => Bundle): ArchiveFiles {
    const path = join(this.#folder, `${name.replaceAll(/[^a-z0-9]+/gi, "-")}.json`);
    const kept = this.#read(path);
    if (kept !== undefined) return kept;
    const { files, inputs } = build();
    this.#write(path, files, inputs);
    return files;
  }

  #read(path: string): ArchiveFiles | undefined {
    try {
      const { recipe, inputs, files, integrity } = JSON.parse(readFileSync(path, "utf8")) as Entry;
      const isSame =
        recipe === this.#recipe &&
        integrity === hash(JSON.stringify(files)) &&
        Object.entries(inputs).every(([input, was]) => this.#hashOf(input) === was);
      return isSame ? files : undefined;
    } catch {
      return undefined;
    }
  }

  #write(path: string, files: ArchiveFiles, inputs: readonly string[]): void {
    const hashes = inputs.map((input): [string, string | undefined] => [input, this.#hashOf(input)]);
    // What esbuild names and is no file of its own cannot be compared.
    if (hashes.some(([, content]) => content === undefined)) return;
    const entry = { recipe: this.#recipe, inputs: Object.fromEntries(hashes), files };
    const unfinished = `${path}.${process.pid}`;
    const isKept = attempt(() => {
      mkdirSync(this.#folder, { recursive: true });
      writeFileSync(unfinished, JSON.stringify({ ...entry, integrity: hash(JSON.stringify(files)) }));
      // Two processes may build the same: either may give its file the name.
      renameSync(unfinished, path);
    });
    if (!isKept) attempt(() => rmSync(unfinished, { force: true }));
  }

  /** Of a file's content, once in a process; undefined where it cannot be read. */
  #hashOf(input: string): string | undefined {
    if (!this.#hashes.has(input)) {
      try {
        this.#hashes.set(input, hash(readFileSync(join(this.#root, input))));
      } catch {
        this.#hashes.set(input, undefined);
      }
    }
    return this.#hashes.get(input);
  }
}

/** Whether something could be done. */
function attempt(work: () => void): boolean {
  try {
    work();
    return true;
  } catch {
    return false;
  }
}

function hash(content: string | Buffer): string {
  return createHash("sha256").update(content).digest("hex");
}
