/** See json-text.mjs. */
export class JsonText {
  static of(bytes: Buffer): JsonText;
  get text(): string;
  get isLong(): boolean;
  parse(): unknown;
}
