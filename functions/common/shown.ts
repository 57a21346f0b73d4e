const LONGEST_SHOWN = 60;

/**
 * What somebody gave, in an error's text: as JSON, and no more of it than helps.
 *
 * @param longest Characters of it.
 */
export function shown(value: unknown, longest = LONGEST_SHOWN): string {
  const text = json(value);
  return text.length > longest ? `${text.slice(0, longest)}…` : text;
}

function json(value: unknown): string {
  try {
    return JSON.stringify(value) ?? "missing";
  } catch {
    // JSON.parse reads deeper than JSON.stringify can write.
    return "an object";
  }
}
