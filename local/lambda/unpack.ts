import { mkdir, writeFile } from "node:fs/promises";
import { dirname, isAbsolute, join, normalize, sep } from "node:path";

/**
 * Writes an archive's files below `directory`, and makes what folders they need.
 *
 * @throws Error for a path that leads out of it.
 */
export async function unpack(files: Readonly<Record<string, string>>, directory: string): Promise<void> {
  for (const [path, text] of Object.entries(files)) {
    const inside = normalize(path);
    if (isAbsolute(inside) || inside.split(sep)[0] === "..") {
      throw new Error(`code: ${path}: an archive's paths must stay inside it`);
    }
    const target = join(directory, inside);
    await mkdir(dirname(target), { recursive: true });
    await writeFile(target, text);
  }
}
