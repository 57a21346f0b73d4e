/**
 * JSON that comes as bytes, and is never one long string where it is mostly one list, as events and answers of many
 * records are: what V8 holds beyond 128 KB gets new memory from the system each time, and its first touch costs ten times
 * as much as to read the same text in pieces (docs/decisions.md).
 *
 * Plain JavaScript, since a function's process loads it too.
 */

/** Bytes of a text that is read at once. Its string has at most as many units of two bytes, and stays below 128 KB. */
const AT_ONCE = 2 ** 16 - 2 ** 10;

/** Elements of the list are read together up to so many bytes. */
const GROUP = 2 ** 15;

const [QUOTE, BACKSLASH, COMMA, OPEN_LIST, CLOSE_LIST, OPEN_OBJECT, CLOSE_OBJECT] = Buffer.from('"\\,[]{}');

export class JsonText {
  /** Before the list's elements, and after them; only the first, where the text is one piece. */
  #head;
  #tail;
  /** Elements with the commas between them. */
  #groups;

  /**
   * @param {string} head
   * @param {readonly string[]} [groups]
   * @param {string} [tail]
   */
  constructor(head, groups = [], tail = "") {
    this.#head = head;
    this.#groups = groups;
    this.#tail = tail;
  }

  /**
   * Copies what it needs: the bytes may change afterwards.
   *
   * @param {Buffer} bytes In UTF-8; whether they are JSON shows in {@link parse}.
   */
  static of(bytes) {
    const list = bytes.length > AT_ONCE ? firstList(bytes) : undefined;
    if (list === undefined) return new JsonText(bytes.toString());
    const { start, commas, end } = list;
    const groups = [];
    let from = start;
    for (const comma of [...commas, end]) {
      groups.push(bytes.toString("utf8", from, comma));
      from = comma + 1;
    }
    return new JsonText(bytes.toString("utf8", 0, start), groups, bytes.toString("utf8", end));
  }

  /** The whole text, as one string. */
  get text() {
    return this.#head + this.#groups.join(",") + this.#tail;
  }

  /** Whether {@link parse} is cheaper than to parse the text. */
  get isLong() {
    return this.#groups.length > 0;
  }

  /**
   * What `JSON.parse` of the text gives.
   *
   * @throws SyntaxError
   */
  parse() {
    if (!this.isLong) return JSON.parse(this.#head);
    try {
      const frame = JSON.parse(`${this.#head}"${MARK}"${this.#tail}`);
      const groups = this.#groups.map((group) => JSON.parse(`[${group}]`));
      // Not there where a later key of the same name has won.
      const list = Object.values(frame).find((value) => Array.isArray(value) && value[0] === MARK) ?? [];
      list.length = 0;
      for (const group of groups) for (const element of group) list.push(element);
      return frame;
    } catch {
      // For the error that JSON.parse has for it, with its place.
      return JSON.parse(this.text);
    }
  }
}

/** Stands in the list for its elements. */
const MARK = `elements-${crypto.randomUUID()}`;

/**
 * The first list that is a value of the outermost object: where its elements start, where they end, and the commas at
 * which its groups do. Undefined where there is none, or it has too few elements for two groups.
 *
 * @param {Buffer} bytes
 */
function firstList(bytes) {
  const commas = [];
  let depth = 0;
  let start = -1;
  let from = 0;
  for (let at = 0; at < bytes.length; at += 1) {
    switch (bytes[at]) {
      case QUOTE:
        at = endOfString(bytes, at + 1);
        break;
      case OPEN_LIST:
        depth += 1;
        if (depth === 2 && start < 0) {
          start = at + 1;
          from = start;
        }
        break;
      case OPEN_OBJECT:
        depth += 1;
        break;
      case COMMA:
        if (start >= 0 && depth === 2 && at - from >= GROUP) {
          commas.push(at);
          from = at + 1;
        }
        break;
      case CLOSE_LIST:
      case CLOSE_OBJECT:
        depth -= 1;
        if (start >= 0 && depth === 1) return commas.length === 0 ? undefined : { start, commas, end: at };
        break;
    }
  }
  return undefined;
}

/** Bytes of a string that are looked at one by one: what is longer is base64 or prose, where quotes are rare. */
const LOOKED_AT = 64;

/** @param {Buffer} bytes @param {number} start Behind the opening quote. @returns {number} Where the closing one is. */
function endOfString(bytes, start) {
  for (let at = start; ; at += 1) {
    const near = Math.min(bytes.length, at + LOOKED_AT);
    while (at < near && bytes[at] !== QUOTE) at += 1;
    if (bytes[at] !== QUOTE) at = bytes.indexOf(QUOTE, at);
    if (at < 0) return bytes.length;
    let escapes = at;
    while (escapes > start && bytes[escapes - 1] === BACKSLASH) escapes -= 1;
    if ((at - escapes) % 2 === 0) return at;
  }
}
