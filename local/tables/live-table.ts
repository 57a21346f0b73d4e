import { randomUUID } from "node:crypto";
import { Turns } from "../dynamodb/turns.ts";
import type { CatalogTable } from "./from-graph.ts";
import type { Column, Table } from "./store.ts";

/** A column with the id that Iceberg knows it by. */
export interface Field extends Column {
  id: number;
}

/** A table as commits make it. */
export class LiveTable {
  readonly database: string;
  readonly name: string;
  /** Where its files would be, without a slash at the end. */
  readonly location: string;
  /** Writes, one after the other: Iceberg's optimistic concurrency without its conflicts. */
  readonly turns = new Turns();
  #schema: Table;
  #fields: readonly Field[];
  #version = 0;
  #metadataLocation: string;
  #previousMetadataLocation: string | undefined;

  constructor(table: CatalogTable) {
    this.database = table.database;
    this.name = table.name;
    this.location = table.location.replace(/\/+$/, "");
    this.#schema = table;
    // Iceberg gives a new table ids of its own, whatever the request says.
    this.#fields = table.columns.map((column, index) => ({ ...column, id: index + 1 }));
    this.#metadataLocation = this.#locationOf(this.#version);
  }

  /** The same object until the columns change. */
  get schema(): Table {
    return this.#schema;
  }

  get fields(): readonly Field[] {
    return this.#fields;
  }

  /** Commits since the table was created. */
  get version(): number {
    return this.#version;
  }

  /** Of the current metadata file, as Glue has it: each commit makes another. */
  get metadataLocation(): string {
    return this.#metadataLocation;
  }

  /** Of the metadata file before that. */
  get previousMetadataLocation(): string | undefined {
    return this.#previousMetadataLocation;
  }

  /** @param fields Where they changed: those that the table has from now on. */
  committed(fields?: readonly Field[]): void {
    this.#version++;
    this.#previousMetadataLocation = this.#metadataLocation;
    this.#metadataLocation = this.#locationOf(this.#version);
    if (fields === undefined) return;
    const { database, name } = this;
    this.#fields = fields;
    this.#schema = { database, name, columns: fields.map(({ id, ...column }) => column) };
  }

  /** https://iceberg.apache.org/spec/#table-metadata-and-snapshots */
  #locationOf(version: number): string {
    return `${this.location}/metadata/${String(version).padStart(5, "0")}-${randomUUID()}.metadata.json`;
  }
}
