import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

const PROD = `config:
  aws:region: eu-west-1
  pipes:topics:
    orders:
    events: {}
    old: { retired: true }
  pipes:x:
    secure: abc
`;

/** The folder of a project `pipes` with a stack `prod`, and one whose file is `empty`. */
export async function openProject(): Promise<{ root: string; remove(): Promise<void> }> {
  const root = await mkdtemp(join(tmpdir(), "project-"));
  await writeFile(join(root, "Pulumi.yaml"), "name: pipes\n");
  await writeFile(join(root, "Pulumi.prod.yaml"), PROD);
  await writeFile(join(root, "Pulumi.empty.yaml"), "");
  return { root, remove: () => rm(root, { recursive: true }) };
}
