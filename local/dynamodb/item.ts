import { isDeepStrictEqual } from "node:util";

/** A value in DynamoDB's own JSON: one type and what it holds, `{"S": "text"}`. */
export type AttributeValue = Readonly<Record<string, unknown>>;

/** An item, or a key, by attribute name. */
export type Item = Readonly<Record<string, AttributeValue>>;

/** Whether two items hold the same. The order of a set's members says nothing. */
export function isSameItem(a: Item | undefined, b: Item | undefined): boolean {
  return isDeepStrictEqual(comparable(a), comparable(b));
}

const SETS: ReadonlySet<string> = new Set(["SS", "NS", "BS"]);

/** Only a value has one of the sets' names for a list: an attribute of such a name holds an object. */
function comparable(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(comparable);
  if (typeof value !== "object" || value === null) return value;
  const members = Object.entries(value).map(([name, member]) => [
    name,
    SETS.has(name) && Array.isArray(member) ? member.toSorted() : comparable(member),
  ]);
  return Object.fromEntries(members);
}

/**
 * Bytes of an item: attribute names and values, in UTF-8
 * (https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/CapacityUnitCalculations.html).
 */
export function itemBytes(item: Item): number {
  return Object.entries(item).reduce((sum, [name, value]) => sum + Buffer.byteLength(name) + valueBytes(value), 0);
}

/** A list or map has 3 bytes of its own, and one more for each member. */
const DOCUMENT_BYTES = 3;
const MEMBER_BYTES = 1;

function valueBytes(value: AttributeValue): number {
  const [type, held] = Object.entries(value)[0] ?? [];
  switch (type) {
    case "S":
      return Buffer.byteLength(String(held));
    case "N":
      return numberBytes(String(held));
    case "B":
      return Buffer.byteLength(String(held), "base64");
    case "SS":
    case "NS":
    case "BS":
      return (held as string[]).reduce((sum, member) => sum + valueBytes({ [type.charAt(0)]: member }), 0);
    case "L":
      return (held as AttributeValue[]).reduce(
        (sum, member) => sum + MEMBER_BYTES + valueBytes(member),
        DOCUMENT_BYTES,
      );
    case "M": {
      const members = held as Item;
      return DOCUMENT_BYTES + Object.keys(members).length * MEMBER_BYTES + itemBytes(members);
    }
    default:
      // BOOL and NULL.
      return 1;
  }
}

/** "Approximately" one byte for two significant digits, and one more; another one for the sign of a negative number. */
function numberBytes(number: string): number {
  const [mantissa = ""] = number.split(/e/i);
  const digits = mantissa.replace(/[-+.]/g, "").replace(/^0+/, "");
  const significant = mantissa.includes(".") ? digits : digits.replace(/0+$/, "");
  return Math.ceil(significant.length / 2) + 1 + (number.startsWith("-") ? 1 : 0);
}
