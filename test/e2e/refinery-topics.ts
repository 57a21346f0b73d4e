import { fileURLToPath } from "node:url";
import { readStackFiles } from "../../local/graph/stack-files.ts";
import type { StackGraph } from "../../local/graph/types.ts";

/** Those of docs/tables.md, and others that the tests do as they like with. */
export const TOPICS = {
  ...JSON.parse(
    readStackFiles(fileURLToPath(new URL("../..", import.meta.url)), "dev").config["lean-ops:topics"] ?? "",
  ),
  parcels: { columns: { amount: "int", user_id: "string" }, required: ["user_id"] },
  refunds: {},
  // Its table was made before `note` was declared, and with smaller numbers.
  readings: { columns: { celsius: "bigint", note: "string" } },
  dials: { columns: { turned: "date" } },
  old: { retired: true },
};

/** `pulumi up` leaves tables the columns that they were made with. */
export function withOlderTable(graph: StackGraph): StackGraph {
  const resources = structuredClone(graph.resources);
  const inputs = resources.find(({ name }) => name === "lake-semantic-readings")?.inputs as {
    openTableFormatInput: {
      icebergInput: { icebergTableInput: { schema: { fields: { name: string; type: string }[] } } };
    };
  };
  const { schema } = inputs.openTableFormatInput.icebergInput.icebergTableInput;
  schema.fields = schema.fields
    .filter(({ name }) => name !== "note")
    .map((field) => (field.name === "celsius" ? { ...field, type: '"int"' } : field));
  return { ...graph, resources };
}
