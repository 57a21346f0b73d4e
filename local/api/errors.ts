/** An error that a service answers to its caller, under AWS's own error name. */
export class AwsError extends Error {
  override readonly name: string;
  /** HTTP status: 4xx where the caller is at fault, 5xx where the service is. */
  readonly status: number;
  /** SQS's older error code (`x-amzn-query-error`), which its SDK still reads. */
  readonly queryCode: string | undefined;
  /** What the body holds besides its type and message, for example the `Item` of a ConditionalCheckFailedException. */
  readonly members: Readonly<Record<string, unknown>>;

  constructor(
    name: string,
    message: string,
    options: { status?: number; queryCode?: string; members?: Readonly<Record<string, unknown>> } = {},
  ) {
    super(message);
    this.name = name;
    this.status = options.status ?? 400;
    this.queryCode = options.queryCode;
    this.members = options.members ?? {};
  }
}
