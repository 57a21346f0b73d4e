import { ENVELOPE_COLUMNS } from "../functions/common/lake-topic.ts";
import type { Names } from "./names.ts";
import type { Finding, Rule } from "./rule.ts";
import { bufferMinutes, runMinutes, type Settings } from "./settings.ts";

/** Iceberg's own bound, and Trino's: https://trino.io/docs/current/language/types.html#decimal */
const MAXIMUM_PRECISION = 38;

/**
 * More of them make statements that exceed what a state of the refinery's machine is given (256 KiB for all of a topic's:
 * https://docs.aws.amazon.com/step-functions/latest/dg/service-quotas.html).
 */
export const MAXIMUM_COLUMNS = 60;

const COLUMN_SETTINGS = ["topics.*.columns.*.*.*"];

/** Rules over tables, and over what keeps them. */
export const LAKE_RULES: readonly Rule[] = [
  { reads: ["topics"], check: tableCollisions },
  { reads: COLUMN_SETTINGS, check: (settings) => Object.entries(settings.topics).flatMap(columnProblems) },
  {
    reads: ["refinery.concurrency", "account.activeQueries"],
    check: ({ refinery: { concurrency }, account: { activeQueries } }) => {
      const rule =
        `must be at most account.activeQueries = ${activeQueries}: each topic that is refined has a query, and analysts ` +
        "want some too. Ask AWS for more active DML queries of Athena, then set them there";
      return concurrency <= activeQueries ? [] : [{ path: ["refinery", "concurrency"], rule, value: concurrency }];
    },
  },
  {
    reads: ["topics", "refinery.everyMinutes", "refinery.concurrency"],
    check: ({ topics, refinery: { everyMinutes, concurrency } }) => {
      const count = Object.keys(topics).length;
      const least = runMinutes(count, concurrency);
      const rule =
        `must be at least ${least}: the queries of ${count} topics, ${concurrency} at the same time, take that long ` +
        "where all of them have news. Raise refinery.concurrency, or run less often";
      return everyMinutes >= least ? [] : [{ path: ["refinery", "everyMinutes"], rule, value: everyMinutes }];
    },
  },
  {
    reads: [
      "balance.graceMinutes",
      "refinery.everyMinutes",
      "delivery.bufferSeconds",
      "delivery.transform.bufferSeconds",
    ],
    check: ({ balance: { graceMinutes }, refinery: { everyMinutes }, delivery }) => {
      const least = everyMinutes + bufferMinutes(delivery);
      const rule =
        `must be at least refinery.everyMinutes and Firehose's buffers = ${least}: a difference that the next run ends ` +
        "is none";
      return graceMinutes >= least ? [] : [{ path: ["balance", "graceMinutes"], rule, value: graceMinutes }];
    },
  },
];

/** Two topics must not share a table, nor one topic's table be another's rejected table or current view. */
function tableCollisions({ topics }: Settings, names: Names): Finding[] {
  const owners = new Map<string, string>();
  const derived = [
    { what: "table", nameOf: names.table },
    { what: "rejected table", nameOf: names.rejectedTable },
    { what: "current view", nameOf: names.currentView },
  ];
  const findings: Finding[] = Object.keys(topics)
    .filter((topic) => names.table(topic) === names.balanceTable)
    .map((topic) => ({
      path: ["topics", topic],
      rule: `its table ${names.balanceTable} must not be the water balance's`,
      value: topic,
    }));
  for (const { what, nameOf } of derived) {
    for (const topic of Object.keys(topics)) {
      const name = nameOf(topic);
      const owner = owners.get(name);
      if (owner === undefined) {
        owners.set(name, topic);
      } else {
        findings.push({
          path: ["topics", owner],
          rule: `its table ${name} must not be the ${what} of topic ${JSON.stringify(topic)}`,
          value: owner,
        });
      }
    }
  }
  return findings;
}

function columnProblems([topic, { columns, required }]: [string, Settings["topics"][string]]): Finding[] {
  const at = (name: string) => ["topics", topic, "columns", name];
  const envelope: readonly string[] = ENVELOPE_COLUMNS.map(({ name }) => name);
  const findings: Finding[] = [];
  if (columns.length > MAXIMUM_COLUMNS) {
    const rule = `must be at most ${MAXIMUM_COLUMNS}: the refinery's statements for a topic have to fit into 256 KiB`;
    findings.push({ path: ["topics", topic, "columns"], rule, value: columns.length });
  }
  for (const { name, type, path } of columns) {
    if (!/^[a-z][a-z0-9_]{0,62}$/.test(name)) {
      const rule =
        "a column's name must be at most 63 lower-case letters, digits and underscores, and begin with a letter";
      findings.push({ path: at(name), rule, value: name });
    }
    if (envelope.includes(name)) {
      findings.push({
        path: at(name),
        rule: "must be none of the envelope's columns, which every table has",
        value: name,
      });
    }
    const key = path.find((one) => /["\\]/.test(one));
    if (key !== undefined) {
      findings.push({ path: [...at(name), "path"], rule: "no key may hold a quote or a backslash", value: key });
    }
    const [, precision, scale] = /^decimal\((\d+),(\d+)\)$/.exec(type) ?? [];
    const isDecimal = precision !== undefined;
    if (
      isDecimal &&
      (Number(precision) < 1 || Number(precision) > MAXIMUM_PRECISION || Number(scale) > Number(precision))
    ) {
      const rule = `a decimal has a precision from 1 to ${MAXIMUM_PRECISION}, and a scale of at most that`;
      findings.push({ path: at(name), rule, value: type });
    }
  }
  const known = new Set(columns.map(({ name }) => name));
  for (const name of required.filter((one) => !known.has(one))) {
    const rule = `must name columns of the topic's, of which there ${known.size === 0 ? "are none" : `are: ${[...known].join(", ")}`}`;
    findings.push({ path: ["topics", topic, "required"], rule, value: name });
  }
  return findings;
}
