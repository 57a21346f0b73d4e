import type { Judgement, Verdict } from "../../local/policy/verdict.ts";

/**
 * GitHub's workflow commands, one a finding
 * (https://docs.github.com/en/actions/reference/workflows-and-actions/workflow-commands).
 */
export function annotations({ judgements }: Verdict): string[] {
  return judgements.filter(({ kind, level }) => kind !== "exempted" || level === "mandatory").map(annotation);
}

function annotation({ level, policy, message, source }: Judgement): string {
  const command = level === "mandatory" ? "error" : "notice";
  const place = source === undefined ? "" : `file=${property(source.file)},line=${source.line},col=${source.column},`;
  return `::${command} ${place}title=${property(policy)}::${data(message)}`;
}

function data(text: string): string {
  return text.replaceAll("%", "%25").replaceAll("\r", "%0D").replaceAll("\n", "%0A");
}

function property(text: string): string {
  return data(text).replaceAll(":", "%3A").replaceAll(",", "%2C");
}
