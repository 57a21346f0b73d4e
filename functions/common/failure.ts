/** What may be logged of an error: its name and where it was thrown. Its message may quote a body. */
export function describeFailure(error: unknown): { error: string; at: string[] } {
  if (!(error instanceof Error)) return { error: typeof error, at: [] };
  const frames = (error.stack ?? "").split("\n").filter((line) => /^\s+at /.test(line));
  return { error: error.name, at: frames.map((frame) => frame.trim()) };
}
