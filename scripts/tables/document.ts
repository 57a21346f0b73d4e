import type { Answer } from "./ask.ts";

/** A query, and the table behind it that shows its answer. */
const EXAMPLE = /^(```sql\n([^`]+)^```\n\n)(?:(?:\|.*\n)+\n?)?/gm;

/** The queries of a document, in their order. */
export function queriesOf(document: string): string[] {
  return [...document.matchAll(EXAMPLE)].map(([, , sql = ""]) => sql.trim());
}

/** The document with the answers to its queries in place of what stood behind them. @throws Error where one is missing. */
export function withAnswers(document: string, answers: readonly Answer[]): string {
  let place = 0;
  return document.replace(EXAMPLE, (_example, block: string, sql: string) => {
    const answer = answers[place];
    place += 1;
    if (answer === undefined) throw new Error(`there is no answer to: ${sql}`);
    return `${block}${markdown(answer)}`;
  });
}

function markdown([header = [], ...rows]: Answer): string {
  const line = (cells: readonly string[]) => `| ${cells.join(" | ")} |\n`;
  const shown = rows.map((row) => line(row.map(inCell)));
  return [line(header.map(inCell)), `|${"---|".repeat(header.length)}\n`, ...shown, "\n"].join("");
}

/** As a cell shows it as it is: it may be anybody's JSON. */
function inCell(value: string | null): string {
  if (value === null) return "*null*";
  return /^[\w .:;,()/+-]*$/.test(value) ? value : `\`${value.replaceAll(/[\r\n`]/g, " ").replaceAll("|", "\\|")}\``;
}
