import { stripVTControlCharacters } from "node:util";

/** A time as an operator reads it, to the second: `2026-01-10 06:30:00 UTC`. @param iso What is no time stays as it is. */
export function utc(iso: string): string {
  const time = Date.parse(iso);
  if (Number.isNaN(time)) return oneLine(iso);
  return `${new Date(time).toISOString().slice(0, 19).replace("T", " ")} UTC`;
}

/** Text of somebody's own in one line, without what a terminal would take for a command. */
export function oneLine(text: string): string {
  return stripVTControlCharacters(text)
    .replaceAll(/[\s\p{Cc}]+/gu, " ")
    .trim();
}
