import { randomUUID } from "node:crypto";
import { AwsError } from "../api/errors.ts";
import type { JsonService } from "../api/service.ts";
import type { Clock } from "../clock.ts";
import type { ObjectStore } from "../objects/store.ts";
import type { Tables } from "../tables/duckdb.ts";
import { describeWorkgroup } from "./describe.ts";
import { type Intercept, openEngine } from "./engine.ts";
import { readId, readPage, readStart, readWorkgroupName, type StartInput } from "./input.ts";
import { Queries } from "./queries.ts";
import { Query } from "./query.ts";
import { activeQueries } from "./quotas.ts";
import { invalidRequest, tooManyQueries } from "./refusals.ts";
import { resultPage } from "./results.ts";
import { parseStatement } from "./sql/statement.ts";
import { PRIMARY, type ResultConfiguration, type Workgroup } from "./workgroup.ts";

type Input = Record<string, unknown>;

export interface AthenaParts {
  workgroups: readonly Workgroup[];
  tables: Tables;
  /** Where the results of SELECTs go, as CSV. */
  objects: ObjectStore;
  clock: Clock;
  region: string;
  /** What is to make statements fail at their commit; by default nothing. */
  intercept?: Intercept;
}

/** Opens Athena over the tables of one stack. */
export async function openAthena({ intercept = () => undefined, ...parts }: AthenaParts): Promise<AthenaService> {
  const engine = await openEngine(parts.tables, intercept);
  return new AthenaService(parts, new Queries({ engine, ...parts }));
}

/**
 * Athena with the workgroups of one stack, in its JSON protocol. Statements are Trino's SQL and run in DuckDB: what both
 * take, with the functions of `sql/functions.ts`; the rest is refused. Workgroups are made by the program, tables by
 * the program and by ALTER TABLE.
 */
export class AthenaService implements JsonService {
  readonly name = "athena";
  readonly contentType = "application/x-amz-json-1.1";
  readonly #workgroups: ReadonlyMap<string, Workgroup>;
  readonly #clock: Clock;
  readonly #region: string;
  readonly #queries: Queries;
  /** By client request token. */
  readonly #tokens = new Map<string, { input: StartInput; id: Promise<string> }>();

  readonly #actions: Readonly<Record<string, (input: Input) => unknown>> = {
    StartQueryExecution: (input) => this.#start(readStart(input)),
    GetQueryExecution: (input) => ({ QueryExecution: this.#query(readId(input)).describe(this.#clock.now()) }),
    GetQueryResults: (input) => this.#results(input),
    StopQueryExecution: (input) => this.#stop(readId(input)),
    GetWorkGroup: (input) => ({ WorkGroup: describeWorkgroup(this.#workgroup(readWorkgroupName(input))) }),
  };

  constructor({ workgroups, clock, region }: Pick<AthenaParts, "workgroups" | "clock" | "region">, queries: Queries) {
    this.#workgroups = new Map([PRIMARY, ...workgroups].map((workgroup) => [workgroup.name, workgroup]));
    this.#clock = clock;
    this.#region = region;
    this.#queries = queries;
  }

  async call(action: string, input: Input): Promise<unknown> {
    const run = Object.hasOwn(this.#actions, action) ? this.#actions[action] : undefined;
    if (run === undefined) {
      const known = Object.keys(this.#actions).join(", ");
      throw new AwsError("UnknownOperationException", `the local Athena has no ${action}; it has: ${known}`);
    }
    return run(input);
  }

  /** Stops every query, and resolves when the last has ended. */
  close(): Promise<void> {
    return this.#queries.close();
  }

  /** The same token at the same time starts one query. */
  async #start(input: StartInput): Promise<unknown> {
    const { token } = input;
    const known = token === undefined ? undefined : this.#tokens.get(token);
    if (known !== undefined) {
      requireSame(known.input, input);
      return { QueryExecutionId: await known.id };
    }
    const id = this.#startQuery(input);
    if (token !== undefined) {
      this.#tokens.set(token, { input, id });
      id.catch(() => this.#tokens.delete(token));
    }
    return { QueryExecutionId: await id };
  }

  async #startQuery(input: StartInput): Promise<string> {
    const workgroup = this.#workgroup(input.workgroup ?? PRIMARY.name);
    if (!workgroup.enabled) throw invalidRequest(`WorkGroup ${workgroup.name} is disabled.`);
    const query = new Query({
      id: randomUUID(),
      sql: input.query,
      statement: parseStatement(input.query),
      workgroup: workgroup.name,
      database: input.database,
      catalog: input.catalog,
      results: resultsOf(workgroup, input),
      submittedAt: this.#clock.now(),
    });
    const quota = activeQueries(this.#region, query.kind);
    if (this.#queries.active(query.kind) >= quota) throw tooManyQueries(query.kind, quota);
    await this.#queries.start(query, workgroup.scanLimit);
    return query.request.id;
  }

  #results(input: Input): unknown {
    const { id, size, token } = readPage(input);
    const query = this.#query(id);
    if (query.state === "CANCELLED") throw invalidRequest("Could not find results", "RESULT_NOT_FOUND");
    if (query.result === undefined) {
      const text = query.ended
        ? `Query did not finish successfully. Final query state: ${query.state}`
        : `Query has not yet finished. Current state: ${query.state}`;
      throw invalidRequest(text, "INVALID_QUERY_EXECUTION_STATE");
    }
    return resultPage(query.result, query.isSelect, size, token);
  }

  #stop(id: string): unknown {
    this.#queries.stop(this.#query(id));
    return {};
  }

  #query(id: string): Query {
    const query = this.#queries.find(id);
    if (query === undefined) throw invalidRequest(`QueryExecution ${id} was not found`, "QUERY_EXECUTION_NOT_FOUND");
    return query;
  }

  #workgroup(name: string): Workgroup {
    const workgroup = this.#workgroups.get(name);
    if (workgroup === undefined) throw invalidRequest(`WorkGroup ${name} is not found.`);
    return workgroup;
  }
}

/** https://docs.aws.amazon.com/athena/latest/ug/workgroups-settings-override.html */
function resultsOf({ enforced, results }: Workgroup, input: StartInput): ResultConfiguration {
  const chosen = enforced
    ? results
    : {
        outputLocation: input.results.outputLocation ?? results.outputLocation,
        encryption: input.results.encryption ?? results.encryption,
      };
  if (chosen.outputLocation === undefined) {
    throw invalidRequest(
      "No output location provided. An output location is required either through the Workgroup result configuration setting or as an API input.",
    );
  }
  return chosen;
}

/** @throws AwsError where another query has the token. */
function requireSame(first: StartInput, input: StartInput): void {
  const same =
    first.query === input.query &&
    first.database === input.database &&
    first.results.outputLocation === input.results.outputLocation;
  if (!same) throw invalidRequest("Idempotent parameters do not match", "IDEMPOTENT_PARAMETER_MISMATCH");
}
