import { AwsError } from "../api/errors.ts";
import type { JsonService } from "../api/service.ts";
import type { LiveCatalog } from "../tables/live-catalog.ts";
import { describeDatabase, describeTable } from "./describe.ts";
import { optionalText, readExpression, readPage, readText, refuseOthers } from "./input.ts";

type Input = Record<string, unknown>;

interface Named {
  name: string;
}

/**
 * Glue's data catalog with the databases, tables and views of one stack, in its JSON protocol, as far as it is read.
 * They are made by the program, and changed by Athena and by Firehose's commits.
 */
export class GlueService implements JsonService {
  readonly name = "glue";
  readonly contentType = "application/x-amz-json-1.1";
  readonly #catalog: LiveCatalog;
  readonly #account: string;

  readonly #actions: Readonly<Record<string, (input: Input) => unknown>> = {
    GetDatabase: (input) => this.#database(input),
    GetDatabases: (input) => this.#databases(input),
    GetTable: (input) => this.#table(input),
    GetTables: (input) => this.#tables(input),
  };

  /** @param account The AWS account's id, which is the catalog's as well. */
  constructor(catalog: LiveCatalog, account: string) {
    this.#catalog = catalog;
    this.#account = account;
  }

  async call(action: string, input: Input): Promise<unknown> {
    const run = Object.hasOwn(this.#actions, action) ? this.#actions[action] : undefined;
    if (run === undefined) {
      const known = Object.keys(this.#actions).join(", ");
      throw new AwsError("UnknownOperationException", `the local Glue has no ${action}; it has: ${known}`);
    }
    this.#requireCatalog(input);
    return run(input);
  }

  #database(input: Input): unknown {
    refuseOthers(input, ["CatalogId", "Name"]);
    const name = readText(input, "Name").toLowerCase();
    this.#catalog.tablesAndViews(name);
    return { Database: describeDatabase(name, this.#account) };
  }

  #databases(input: Input): unknown {
    refuseOthers(input, ["CatalogId", "MaxResults", "NextToken"]);
    const databases = this.#catalog.databases.map((name) => ({ name }));
    const { page, NextToken } = pageOf(databases, input);
    return { DatabaseList: page.map(({ name }) => describeDatabase(name, this.#account)), NextToken };
  }

  #table(input: Input): unknown {
    refuseOthers(input, ["CatalogId", "DatabaseName", "Name"]);
    const database = readText(input, "DatabaseName").toLowerCase();
    const name = readText(input, "Name").toLowerCase();
    const table = this.#catalog.view(database, name) ?? this.#catalog.existingTable(database, name);
    return { Table: describeTable(table, this.#account) };
  }

  #tables(input: Input): unknown {
    refuseOthers(input, ["CatalogId", "DatabaseName", "Expression", "MaxResults", "NextToken"]);
    const matches = readExpression(input);
    const all = this.#catalog.tablesAndViews(readText(input, "DatabaseName").toLowerCase());
    const { page, NextToken } = pageOf(
      all.filter(({ name }) => matches(name)),
      input,
    );
    return { TableList: page.map((table) => describeTable(table, this.#account)), NextToken };
  }

  #requireCatalog(input: Input): void {
    const id = optionalText(input, "CatalogId") ?? this.#account;
    if (id !== this.#account) throw new AwsError("EntityNotFoundException", `Catalog ${id} not found`);
  }
}

/** By name, so that a page goes on after the last name even if others came or went meanwhile. */
function pageOf<T extends Named>(all: readonly T[], input: Input): { page: T[]; NextToken: string | undefined } {
  const { size, after } = readPage(input);
  const rest = all.filter(({ name }) => name > after).sort((a, b) => (a.name < b.name ? -1 : 1));
  const page = rest.slice(0, size);
  const last = page.at(-1);
  const more = rest.length > page.length && last !== undefined;
  return { page, NextToken: more ? Buffer.from(last.name).toString("base64") : undefined };
}
