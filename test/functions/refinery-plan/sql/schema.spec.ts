import assert from "node:assert/strict";
import { SEMANTIC_ENVELOPE } from "../../../../functions/common/lake-topic.ts";
import { alterations, columnsAfter, SchemaRefusal } from "../../../../functions/refinery-plan/sql/schema.ts";
import { hiveProblems } from "../../../support/trino.ts";
import { column, DATABASES, openLake } from "../lake.ts";

const TABLE = { database: DATABASES.semantic, name: "order_events" };
const envelope = SEMANTIC_ENVELOPE.map(({ name, type }) => ({ name, type }));

function alter(existing: Record<string, string>, declared: Record<string, string>) {
  const has = [...envelope, ...Object.entries(existing).map(([name, type]) => ({ name, type }))];
  const wants = Object.entries(declared).map(([name, type]) => column(name, type));
  const outcome = alterations("order-events", TABLE, has, wants);
  return outcome instanceof SchemaRefusal ? outcome.reason : outcome;
}

describe("the alterations of a SEMANTIC table", () => {
  it("are none where it has its columns, however their types are written", () => {
    assert.deepEqual(alter({ a: "Decimal(18, 2)", b: "STRING" }, { a: "decimal(18,2)", b: "string" }), []);
  });

  it("leave a column that is declared no longer", () => {
    assert.deepEqual(alter({ a: "int" }, {}), []);
  });

  it("add new columns at once, and widen types", async () => {
    const statements = alter(
      { i: "int", f: "float", d: "decimal(10,2)" },
      { i: "bigint", f: "double", d: "decimal(18,2)", select: "string", t: "timestamp" },
    );
    const table = "`dev_semantic`.`order_events`";
    assert.deepEqual(statements, [
      `ALTER TABLE ${table} ADD COLUMNS (\`select\` string, \`t\` timestamp)`,
      `ALTER TABLE ${table} CHANGE COLUMN \`i\` \`i\` bigint`,
      `ALTER TABLE ${table} CHANGE COLUMN \`f\` \`f\` double`,
      `ALTER TABLE ${table} CHANGE COLUMN \`d\` \`d\` decimal(18,2)`,
    ]);
    for (const sql of statements) assert.deepEqual(await hiveProblems(sql), []);
  });

  const impossible: [from: string, to: string][] = [
    ["bigint", "int"],
    ["double", "float"],
    ["int", "double"],
    ["int", "string"],
    ["string", "int"],
    ["date", "timestamp"],
    ["decimal(18,2)", "decimal(10,2)"],
    ["decimal(18,2)", "decimal(20,4)"],
    ["decimal(18,2)", "double"],
    ["int", "decimal(18,0)"],
  ];
  for (const [from, to] of impossible) {
    it(`refuse ${from} to ${to}, and say where, what and why`, () => {
      const reason = String(alter({ a: from }, { a: to, b: "int" }));
      assert.match(
        reason,
        /^topic order-events: the column a is .* in dev_semantic\.order_events and .* in the settings/,
      );
      assert.ok(reason.includes(from) && reason.includes(to) && reason.includes("Iceberg changes int to bigint"));
    });
  }

  it("refuse every impossible column in one text", () => {
    assert.match(String(alter({ a: "int", b: "int" }, { a: "date", b: "string" })), /column a .*; the column b /);
  });

  it("are what the local Athena makes", async () => {
    const lake = await openLake("order-events", [column("a", "int"), column("d", "decimal(10,2)")]);
    const statements = alter({ a: "int", d: "decimal(10,2)" }, { a: "bigint", d: "decimal(18,2)", day: "date" });
    for (const sql of statements) await lake.run(sql);
    const columns = (await lake.query(`DESCRIBE ${lake.names.semantic}`)).slice(-3);
    lake.close();
    assert.deepEqual(
      columns.map(({ column_name, column_type }) => [column_name, column_type]),
      [
        ["a", "BIGINT"],
        ["d", "DECIMAL(18,2)"],
        ["day", "DATE"],
      ],
    );
  });
});

describe("columnsAfter", () => {
  it("has the envelope, what the table has, and what is new, each once", () => {
    const columns = columnsAfter(
      [...envelope, { name: "old", type: "int" }, { name: "b", type: "int" }],
      [column("b", "int"), column("c", "int")],
    );
    assert.deepEqual(columns, [...envelope.map(({ name }) => name), "old", "b", "c"]);
  });
});
