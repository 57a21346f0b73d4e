/**
 * Runs `action`, and keeps what it writes to standard output from being printed: between the specs' own lines it would be
 * nobody's.
 */
export async function withOutput<T>(action: () => Promise<T>): Promise<{ result: T; output: string[] }> {
  const output: string[] = [];
  const { write } = process.stdout;
  process.stdout.write = (text: string | Uint8Array) => output.push(String(text)) > 0;
  try {
    return { result: await action(), output };
  } finally {
    process.stdout.write = write;
  }
}
