import { type Clock, sleep } from "../../functions/common/clock.ts";
import { count } from "../../local/console.ts";
import { webhookEvents } from "../../local/input/webhooks.ts";
import { openCircuit, type ReadCircuit } from "../common/circuit.ts";
import { type Account, accountFor, hasArrived, isWhole, type Totals, total } from "./account.ts";
import { ArchiveSearch, type ArchiveTools } from "./archive.ts";
import type { Query } from "./athena.ts";
import { readBalance, type TopicBalance } from "./balance.ts";
import { type Display, messages } from "./display.ts";
import { findReasons, findRows, LAYERS, type Layer, type LayerSearch } from "./layers.ts";
import type { SmokeOptions } from "./options.ts";
import type { SmokePlace } from "./place.ts";
import { type RefineryTools, runRefinery } from "./refinery.ts";
import { type Sending, type SendTools, sendAll } from "./send.ts";
import type { Sent } from "./sent.ts";

export interface SmokeTools {
  place: SmokePlace;
  /** The id of the run. */
  run: string;
  send: Omit<SendTools, "clock">;
  query: Query;
  archive: ArchiveTools;
  refinery: Omit<RefineryTools, "clock">;
  readCircuit: ReadCircuit;
  /** How many messages a topic's queue holds; of the dead-letter queue where no topic is given. */
  backlog(topic?: string): Promise<number>;
  clock: Clock;
  display: Display;
}

const FIRST_PAUSE_MS = 500;
const LONGEST_PAUSE_MS = 15_000;
/** What three whole runs of the refinery did not bring to its place, a fourth will not either. */
const MAX_RUNS = 3;

/**
 * Sends messages through a stack, and looks for each of them until it is where it belongs, or the time is up.
 *
 * @returns whether all were accepted and are found, and the water balance has no difference.
 * @throws OperatorError, or what the SDK throws, where nothing can be found out.
 */
export async function smoke(options: SmokeOptions, tools: SmokeTools): Promise<boolean> {
  const { place, run, display, clock } = tools;
  const startedAt = clock.now();
  const deadline = startedAt + options.timeout * 60_000;
  const open = openCircuit(await tools.readCircuit());
  if (open !== undefined) display.warning(`${open}: messages wait in their queues until it is closed.`);

  const sending = await send(options, tools);
  const look = new Look(sending.sent, { names: place.names, topics: place.topics, run, startedAt }, tools);
  const hasAll = await untilArrived(look, deadline, tools);
  const { balances, isBalanced } = hasAll
    ? await untilRefined(look, deadline, options, tools)
    : { balances: new Map<string, TopicBalance>(), isBalanced: false };

  const { accounts } = look;
  display.accounts(accounts, balances);
  display.equations([...accounts.values()], await findReasons(tools.query, look.search));
  display.notSent(sending.notSent);
  for (const [topic, account] of accounts) {
    display.faults(topic, account);
    for (const note of balances.get(topic)?.notes ?? []) display.line(`  ${topic}: the water balance says of ${note}`);
  }
  if (!hasAll) await tellBacklogs(accounts, tools);
  const good = isBalanced && [...accounts.values()].every(isWhole) && sending.notSent.length === 0;
  display.closing(sentence(accounts, good, (clock.now() - startedAt) / 1000), good);
  return good;
}

async function send(options: SmokeOptions, { run, place, display, clock, send }: SmokeTools): Promise<Sending> {
  const sending: Sending = { sent: [], notSent: [] };
  const { records, malformed, bytes } = options;
  const events = webhookEvents({
    topics: place.topics,
    ...{ records, malformed, bytes, poison: 0, seed: 1, ids: run, now: clock.now() },
  });
  const end = display.counting(
    "sent",
    () => sending.sent.length,
    () => records,
  );
  try {
    await sendAll(events, sending, { ...send, clock });
  } finally {
    end();
  }
  return sending;
}

/** What was sent, and where it was found the last time that somebody looked. */
class Look {
  accounts: ReadonlyMap<string, Account> = new Map();
  /** How many messages there are. */
  readonly sent: number;
  readonly search: LayerSearch;
  readonly #tools: Pick<SmokeTools, "query">;
  readonly #archive: ArchiveSearch;
  readonly #byTopic: ReadonlyMap<string, readonly Sent[]>;
  readonly #byId: ReadonlyMap<string, Sent>;

  constructor(sent: readonly Sent[], search: LayerSearch, tools: Pick<SmokeTools, "query" | "archive">) {
    this.sent = sent.length;
    this.search = search;
    this.#tools = tools;
    this.#archive = new ArchiveSearch(tools.archive, search.startedAt);
    this.#byTopic = Map.groupBy(sent, ({ topic }) => topic);
    this.#byId = new Map(sent.map((message) => [message.id, message]));
  }

  /** Looks into some of the layers, and into the archive. */
  async again(layers: readonly Layer[]): Promise<void> {
    const { topics } = this.search;
    const rows = await findRows(this.#tools.query, this.search, layers);
    await this.#archive.look(topics, this.#byId);
    const empty = { raw: new Map(), curated: new Map(), semantic: new Map(), rejected: new Map() };
    this.accounts = new Map(
      topics.map((topic) => {
        const sent = this.#byTopic.get(topic) ?? [];
        return [topic, accountFor(topic, sent, rows.get(topic) ?? empty, this.#archive.found)];
      }),
    );
  }

  get total(): Totals {
    return total(this.accounts.values());
  }
}

/** @returns whether every message is in RAW or in the archive. */
async function untilArrived(look: Look, deadline: number, { clock, display }: SmokeTools): Promise<boolean> {
  const arrived = () => look.total.raw + look.total.archived;
  const end = display.counting("arrived", arrived, () => look.sent);
  try {
    for (let pause = FIRST_PAUSE_MS; ; pause = Math.min(LONGEST_PAUSE_MS, pause * 1.5)) {
      await look.again(["raw"]);
      if (hasArrived(look.total)) return true;
      if (clock.now() + pause >= deadline) return false;
      await sleep(clock, pause);
    }
  } finally {
    end();
  }
}

interface Refined {
  balances: ReadonlyMap<string, TopicBalance>;
  /** Whether the water balance has told of every topic, and finds nothing missing or too much. */
  isBalanced: boolean;
}

async function untilRefined(look: Look, deadline: number, options: SmokeOptions, tools: SmokeTools): Promise<Refined> {
  const { clock, place, query } = tools;
  const { startedAt } = look.search;
  const topics = [...look.accounts].filter(([, { raw }]) => raw > 0).map(([topic]) => topic);
  let runs = 0;
  for (let pause = FIRST_PAUSE_MS; ; pause = Math.min(LONGEST_PAUSE_MS, pause * 1.5)) {
    const isDone = options.waitForSchedule || (await refine(deadline, tools));
    if (isDone && !options.waitForSchedule) runs += 1;
    await look.again(LAYERS);
    const balances = await readBalance(query, { names: place.names, topics }, startedAt);
    const isBalanced = topics.every((topic) => isSettled(balances.get(topic)));
    const isEnd = isBalanced && [...look.accounts.values()].every(isWhole);
    if (isEnd || runs === MAX_RUNS || clock.now() + pause >= deadline) return { balances, isBalanced };
    await sleep(clock, pause);
  }
}

/** What came while the run was under way makes a topic unequal, and is not unexplained. */
function isSettled(balance: TopicBalance | undefined): boolean {
  return balance !== undefined && balance.status !== "not_checked" && balance.unexplained === 0;
}

/** @returns whether a run of ours did its work. */
async function refine(deadline: number, { refinery, clock, display }: SmokeTools): Promise<boolean> {
  const started = clock.now();
  const end = await runRefinery({ ...refinery, clock }, deadline);
  const seconds = (clock.now() - started) / 1000;
  const text = { done: "the refinery has run", "under way": "another run is under way", "too late": "still running" };
  display.step("refine", text[end], seconds);
  return end === "done";
}

async function tellBacklogs(accounts: ReadonlyMap<string, Account>, { backlog, display }: SmokeTools): Promise<void> {
  for (const [topic, account] of accounts) {
    if (hasArrived(account)) continue;
    display.line(`  ${topic}: its queue holds ${messages(await backlog(topic))}`);
  }
  display.line(`  The dead-letter queue holds ${messages(await backlog())}.`);
}

function sentence(accounts: ReadonlyMap<string, Account>, good: boolean, seconds: number): string {
  const { sent, raw, archived } = total(accounts.values());
  const missing = sent - raw - archived;
  const parts = [`${count(sent)} sent = ${count(raw)} in RAW`];
  if (archived > 0) parts.push(`${count(archived)} archived`);
  if (missing > 0) parts.push(`${count(missing)} missing`);
  const verdict = good ? "nothing lost" : missing > 0 ? "NOT ALL FOUND IN TIME" : "NOT ALL IN ORDER";
  return `${parts.join(" + ")}: ${verdict}, ${seconds.toFixed(1)} s.`;
}
