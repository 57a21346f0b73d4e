import { readFileSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { evaluate } from "../../local/graph/evaluate.ts";
import { permissionsTable, withTable } from "../../local/iam/permissions-table.ts";

/** Writes the dev stack's permissions into docs/security.md. */
const path = fileURLToPath(new URL("../../docs/security.md", import.meta.url));
writeFileSync(path, withTable(readFileSync(path, "utf8"), permissionsTable(await evaluate("dev"))));
