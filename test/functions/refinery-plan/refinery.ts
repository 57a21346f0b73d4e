import type { LakeTopic } from "../../../functions/common/lake-topic.ts";
import type { CatalogTable } from "../../../functions/refinery-plan/catalog.ts";
import { planTopic } from "../../../functions/refinery-plan/plan.ts";
import type { PlanItem } from "../../../functions/refinery-plan/plan-item.ts";
import { COUNT_KEYS, COUNTED } from "../../../functions/refinery-plan/sql/count.ts";
import { LOST } from "../../../functions/refinery-plan/sql/lost.ts";
import { rejectedName, tableName } from "../../../functions/refinery-plan/sql/tables.ts";
import { type Judged, judge } from "../../../functions/water-balance/judge.ts";
import { type Next, nextOf } from "../../../functions/water-balance/next.ts";
import type { Outcome } from "../../../functions/water-balance/results.ts";
import { DATABASES, type Lake } from "./lake.ts";
import { MemoryProgress } from "./memory-progress.ts";

export const MARGIN_SECONDS = 7200;
export const GRACE_MINUTES = 30;

/** The steps of a run, in their order. */
export const STEPS = ["lost", "ddl", "curate", "refine", "reject", "backfill", "count"] as const;
export type Step = (typeof STEPS)[number];

/** What one run came to; undefined where the topic was skipped. */
export type Run = { item: PlanItem; judged: Judged; next: Next | undefined } | undefined;

/** The refinery of one topic, with what is the state machine's work on AWS done by hand. */
export class Refinery {
  readonly progress = new MemoryProgress();
  readonly #lake: Lake;

  constructor(lake: Lake) {
    this.#lake = lake;
  }

  /** A run from the plan to what the next one is told. @param now epoch seconds. */
  async run(topic: LakeTopic, now: number): Promise<Run> {
    const item = this.#plan(topic, now);
    if (item === undefined) return undefined;
    const judged = judge(item, await this.#steps(item), undefined);
    const known = this.progress.items.get(topic.topic);
    if (judged.days === undefined) {
      await this.progress.failed(topic.topic, now * 1000, judged.failure);
      return { item, judged, next: undefined };
    }
    const options = { startedAt: now * 1000, graceMinutes: GRACE_MINUTES, left: this.#left(topic.topic) };
    const next = nextOf(item, judged.days, known, options);
    await this.progress.completed(topic.topic, now * 1000, next.complete);
    return { item, judged, next };
  }

  /** A run that does some steps only, in any order, and ends before the water balance, which may be told or not. */
  async broken(topic: LakeTopic, now: number, steps: readonly Step[], isTold: boolean): Promise<void> {
    const item = this.#plan(topic, now);
    if (item === undefined) return;
    for (const step of steps) {
      for (const sql of statementsOf(item, step)) {
        // A column that is there already.
        await this.#lake.run(sql).catch((error: Error) => {
          if (step !== "ddl") throw error;
        });
      }
    }
    if (isTold) await this.progress.failed(topic.topic, now * 1000, { step: "run", error: "it broke" });
  }

  #plan(topic: LakeTopic, now: number): PlanItem | undefined {
    const state = {
      raw: this.#glue(DATABASES.raw),
      curated: this.#glue(DATABASES.curated),
      semantic: this.#glue(DATABASES.semantic),
      progress: this.progress.items.get(topic.topic),
    };
    return planTopic(topic, state, {
      databases: DATABASES,
      startedAt: now * 1000,
      marginSeconds: MARGIN_SECONDS,
      balanceDays: 7,
      deduplicationDays: undefined,
    });
  }

  async #steps(item: PlanItem): Promise<Outcome> {
    let lost: string[][] | undefined;
    let rows: string[][] = [];
    for (const step of STEPS) {
      for (const sql of statementsOf(item, step)) {
        try {
          const answer = (await this.#lake.run(sql)) as string[][];
          if (step === "lost") lost = [[...LOST], ...answer];
          if (step === "count") rows = [[...COUNT_KEYS, ...COUNTED], ...answer];
        } catch (error) {
          return { status: "not_checked", step, error: String(error) };
        }
      }
    }
    return { status: "counted", rows, lost };
  }

  #glue(database: string): Map<string, CatalogTable> {
    return new Map(
      this.#lake.tables.catalog.tablesAndViews(database).map((table): [string, CatalogTable] => {
        if (!("fields" in table)) return [table.name, { columns: table.columns, metadataLocation: undefined }];
        const columns = table.fields.map(({ name, type }) => ({ name, type: type === "long" ? "bigint" : type }));
        return [table.name, { columns, metadataLocation: table.metadataLocation }];
      }),
    );
  }

  #left(topic: string) {
    const at = (database: string, name: string) => {
      return this.#lake.tables.catalog.existingTable(database, name).metadataLocation;
    };
    return {
      curated: at(DATABASES.curated, tableName(topic)),
      semantic: at(DATABASES.semantic, tableName(topic)),
      rejected: at(DATABASES.semantic, rejectedName(topic)),
    };
  }
}

function statementsOf(item: PlanItem, step: Step): readonly string[] {
  const statement = item[step];
  return typeof statement === "string" ? [statement] : (statement ?? []);
}
