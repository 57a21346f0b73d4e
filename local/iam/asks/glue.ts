import { type Ask, ask, type JsonAsks, type Place, text } from "./ask.ts";

/** https://docs.aws.amazon.com/glue/latest/dg/glue-specifying-resource-arns.html: a call needs the right to all that contains its object. */
export function glueAsks(place: Place): JsonAsks {
  return (action, input) => {
    switch (action) {
      case "GetDatabases":
        return catalogAsks("glue:GetDatabases", place, "*");
      case "GetDatabase":
        return catalogAsks("glue:GetDatabase", place, text(input.Name).toLowerCase());
      case "GetTable":
        return catalogAsks(
          "glue:GetTable",
          place,
          text(input.DatabaseName).toLowerCase(),
          text(input.Name).toLowerCase(),
        );
      case "GetTables":
        return catalogAsks("glue:GetTables", place, text(input.DatabaseName).toLowerCase(), "*");
      default:
        return undefined;
    }
  };
}

/** One action on a database, or on a table of it, with the catalog around it. */
export function catalogAsks(action: string, { region, account }: Place, database: string, table?: string): Ask[] {
  const prefix = `arn:aws:glue:${region}:${account}:`;
  return [
    ask(action, `${prefix}catalog`),
    ask(action, `${prefix}database/${database}`),
    ...(table === undefined ? [] : [ask(action, `${prefix}table/${database}/${table}`)]),
  ];
}
