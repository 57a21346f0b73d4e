/** Takes one line of a function's output, without its line feed. */
export type WriteLine = (line: string) => void;

/**
 * Writes to standard output, past `console`: Lambda's runtime replaces console's methods, which then put a prefix
 * before a line (log format Text) or wrap it as the `message` of another object (log format JSON). Either way
 * CloudWatch would no longer find embedded metrics in it. What is written to standard output arrives as it is.
 *
 * https://docs.aws.amazon.com/lambda/latest/dg/nodejs-logging.html
 */
export const writeToStandardOutput: WriteLine = (line) => {
  process.stdout.write(`${line}\n`);
};
