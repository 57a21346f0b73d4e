/** What may be logged of an error: its name and where it was thrown. Its message may quote a body. */
export function describeFailure(error: unknown): { error: string; at: string[] } {
  if (!(error instanceof Error)) return { error: errorName(error), at: [] };
  const frames = (error.stack ?? "").split("\n").filter((line) => /^\s+at /.test(line));
  return { error: errorName(error), at: frames.map((frame) => frame.trim()) };
}

/** What kind of error this is: its name, or the system's code (such as ECONNREFUSED) of one that has no other. */
export function errorName(error: unknown): string {
  if (!(error instanceof Error)) return typeof error;
  return error.name === "Error" && "code" in error ? String(error.code) : error.name;
}
