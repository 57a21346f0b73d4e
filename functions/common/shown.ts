const LONGEST_SHOWN = 60;

/** What somebody gave, in an error's text: as JSON, and no more of it than helps. */
export function shown(value: unknown): string {
  const text = json(value);
  return text.length > LONGEST_SHOWN ? `${text.slice(0, LONGEST_SHOWN)}…` : text;
}

function json(value: unknown): string {
  try {
    return JSON.stringify(value) ?? "missing";
  } catch {
    // JSON.parse reads deeper than JSON.stringify can write.
    return "an object";
  }
}
