import { type Notice, noticeIn } from "../../policypack/core/notices.ts";
import type { Registration } from "../graph/registration.ts";
import type { SourcePosition } from "../graph/types.ts";
import { type Diagnostic, Pack, type PackConfig, type PolicyInfo } from "./pack.ts";
import { PACK, type PackProcess } from "./pack-process.ts";

/** What the pack says, with where in the program it is about. */
export interface Judgement extends Diagnostic {
  kind: "violation" | Notice;
  /** Pulumi's name of the resource, undefined where it is about the stack. */
  resource: string | undefined;
  source: SourcePosition | undefined;
}

/** What the pack says of a stack. */
export interface Verdict {
  policies: readonly PolicyInfo[];
  judgements: readonly Judgement[];
}

/**
 * Has a pack judge a stack. The pack starts at once, while the program may still be evaluated.
 *
 * @throws PackError where it does not start, or fails; whatever the registrations are rejected with.
 */
export async function verdictOf(
  registrations: readonly Registration[] | Promise<readonly Registration[]>,
  {
    project,
    stack,
    folder = PACK,
    config = {},
    starting,
  }: {
    project: string;
    stack: string;
    folder?: string;
    config?: PackConfig;
    /** The pack's process, where it was started before. */
    starting?: Promise<PackProcess> | undefined;
  },
): Promise<Verdict> {
  const opening = Pack.open(folder, project, stack, config, starting);
  try {
    const [pack, resources] = await Promise.all([opening, registrations]);
    return { policies: pack.policies, judgements: judgements(await pack.judge(resources), resources) };
  } finally {
    await opening.then(
      (pack) => pack.close(),
      () => undefined,
    );
  }
}

function judgements(diagnostics: readonly Diagnostic[], registrations: readonly Registration[]): Judgement[] {
  const byUrn = new Map(registrations.map((registration) => [registration.urn, registration]));
  return diagnostics.map((diagnostic) => {
    const about = diagnostic.urn === undefined ? undefined : byUrn.get(diagnostic.urn);
    const kind = noticeIn(diagnostic.message) ?? "violation";
    return { ...diagnostic, kind, resource: about?.name, source: about?.source };
  });
}

export function mandatory({ judgements }: Verdict): Judgement[] {
  return judgements.filter(({ level }) => level === "mandatory");
}

export function advisories({ judgements }: Verdict): Judgement[] {
  return judgements.filter(({ level, kind }) => level === "advisory" && kind === "violation");
}

export function notices({ judgements }: Verdict, ...kinds: readonly Notice[]): Judgement[] {
  return judgements.filter(({ level, kind }) => level !== "mandatory" && kinds.includes(kind as Notice));
}

/** How often each outcome occurs, as one line. */
export function summary(verdict: Verdict): string {
  const advisory = advisories(verdict).length;
  const exempted = notices(verdict, "exempted").length;
  return [
    `${mandatory(verdict).length} mandatory`,
    `${advisory} ${advisory === 1 ? "advisory" : "advisories"}`,
    `${notices(verdict, "notEvaluated").length} not evaluated`,
    ...(exempted > 0 ? [`${exempted} exempted`] : []),
  ].join(", ");
}

/** A judgement for a person: what it is, of which resource, where that was made, and below it what the pack says. */
export function linesOf(label: string, { policy, resource, source, message }: Judgement): [string, ...string[]] {
  const place = source === undefined ? "" : `  ${source.file}:${source.line}:${source.column}`;
  const about = resource === undefined ? "" : `  ${resource}${place}`;
  return [`${label}  ${policy}${about}`, ...message.split("\n").map((line) => `  ${line}`)];
}
