/** Source map revision 3 (https://tc39.es/ecma426/), as far as esbuild writes it. */
export interface SourceMap {
  version: 3;
  sources: readonly string[];
  /** Lines separated by `;`, segments by `,`; a segment is a few Base64 VLQ numbers, each relative to the last one. */
  mappings: string;
}

const BASE64 = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
const DIGITS = new Map(Array.from(BASE64, (letter, digit) => [letter, digit]));

/**
 * The part of a map that leads to the wanted sources.
 *
 * An AWS SDK client's part of a function's map is 97 % of it, and would be most of what is deployed. Code of an unwanted source is
 * marked as unmapped, so that its frames keep their place in the bundle and are not taken for what stands before them.
 */
export function onlySources(map: SourceMap, isWanted: (source: string) => boolean): SourceMap {
  const kept = map.sources.filter(isWanted);
  const newIndex = new Map(kept.map((source, index) => [map.sources.indexOf(source), index]));
  const read = { source: 0, line: 0, column: 0 };
  const written = { source: 0, line: 0, column: 0 };
  let mapped = false;

  const trimmedLine = (line: string): string => {
    let readAt = 0;
    let writtenAt = 0;
    const segments: string[] = [];
    for (const segment of line.split(",")) {
      const [at = 0, source, originalLine = 0, originalColumn = 0] = decode(segment);
      readAt += at;
      if (source !== undefined) {
        read.source += source;
        read.line += originalLine;
        read.column += originalColumn;
      }
      const index = source === undefined ? undefined : newIndex.get(read.source);
      if (index === undefined && !mapped) continue;
      mapped = index !== undefined;
      const numbers = [readAt - writtenAt];
      writtenAt = readAt;
      if (index !== undefined) {
        numbers.push(index - written.source, read.line - written.line, read.column - written.column);
        Object.assign(written, read, { source: index });
      }
      segments.push(numbers.map(encode).join(""));
    }
    return segments.join(",");
  };

  const mappings = map.mappings.split(";").map(trimmedLine).join(";");
  // Node reads a mark that nothing follows as if it led to the first source.
  return { version: 3, sources: kept, mappings: mapped ? mappings : `${mappings};` };
}

/** The numbers of one segment: five bits a letter, lowest first, 32 if more follow; the number's lowest bit is its sign. */
function decode(segment: string): number[] {
  const numbers: number[] = [];
  let bits = 0;
  let shift = 0;
  for (const letter of segment) {
    const digit = DIGITS.get(letter);
    if (digit === undefined) throw new Error(`source map: "${letter}" is no Base64 VLQ digit`);
    bits |= (digit & 31) << shift;
    shift += 5;
    if ((digit & 32) !== 0) continue;
    numbers.push((bits & 1) === 1 ? -(bits >> 1) : bits >> 1);
    bits = 0;
    shift = 0;
  }
  return numbers;
}

function encode(number: number): string {
  let bits = number < 0 ? (-number << 1) | 1 : number << 1;
  let letters = "";
  do {
    const more = bits > 31;
    letters += BASE64.charAt((bits & 31) | (more ? 32 : 0));
    bits >>>= 5;
  } while (bits > 0);
  return letters;
}
