import type protobuf from "protobufjs/minimal.js";

const VARINT = 0;
const FIXED64 = 1;
const DELIMITED = 2;
const tag = (field: number, type: number) => (field << 3) | type;

/** The kinds of a Value: https://protobuf.dev/reference/protobuf/google.protobuf/#value */
const NULL = tag(1, VARINT);
const NUMBER = tag(2, FIXED64);
const STRING = tag(3, DELIMITED);
const BOOL = tag(4, VARINT);
const STRUCT = tag(5, DELIMITED);
const LIST = tag(6, DELIMITED);
/** The only field of a Struct and of a ListValue, and the two of a map's entry. */
const ENTRY = tag(1, DELIMITED);
const ITEM = tag(1, DELIMITED);
const KEY = tag(1, DELIMITED);
const VALUE = tag(2, DELIMITED);

/**
 * Writes the content of a `google.protobuf.Struct`, as the engine's wire format carries properties.
 *
 * @throws TypeError for what is no JSON.
 */
export function writeStruct(writer: protobuf.Writer, properties: object): void {
  for (const [key, value] of Object.entries(properties)) {
    writer.uint32(ENTRY).fork().uint32(KEY).string(key).uint32(VALUE).fork();
    writeValue(writer, value);
    writer.ldelim().ldelim();
  }
}

function writeValue(writer: protobuf.Writer, value: unknown): void {
  if (value === null) writer.uint32(NULL).int32(0);
  else if (typeof value === "number") writer.uint32(NUMBER).double(value);
  else if (typeof value === "string") writer.uint32(STRING).string(value);
  else if (typeof value === "boolean") writer.uint32(BOOL).bool(value);
  else if (Array.isArray(value)) {
    writer.uint32(LIST).fork();
    for (const item of value) {
      writer.uint32(ITEM).fork();
      writeValue(writer, item);
      writer.ldelim();
    }
    writer.ldelim();
  } else if (typeof value === "object") {
    writer.uint32(STRUCT).fork();
    writeStruct(writer, value);
    writer.ldelim();
  } else throw new TypeError(`a property cannot be ${typeof value}`);
}
