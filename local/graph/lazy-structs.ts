import structs from "google-protobuf/google/protobuf/struct_pb.js";

type Values = Parameters<typeof structs.Struct.fromJavaScript>[0];

const { fromJavaScript } = structs.Struct;

/** A message that holds its values as they are, and turns them into messages of their own when somebody asks for those. */
class LazyStruct extends structs.Struct {
  readonly #values: Values;
  #isRead = false;

  constructor(values: Values) {
    super();
    this.#values = values;
  }

  /** Shared with whoever made the message: to be read only, as the SDK does. */
  override toJavaScript(): Values {
    return this.#values;
  }

  override getFieldsMap(): ReturnType<structs.Struct["getFieldsMap"]> {
    const fields = super.getFieldsMap();
    if (!this.#isRead) {
      this.#isRead = true;
      const made = fromJavaScript.call(structs.Struct, this.#values).getFieldsMap();
      for (const [key, value] of made.entries()) fields.set(key, value);
    }
    return fields;
  }
}

/**
 * Lets Pulumi put properties into its messages as they are. Requests to the mock monitor leave the process no more than
 * its answers do, and the SDK prepares all of them before the first is answered: at 1,000 topics the messages for each
 * value would be a third of the memory of an evaluation. A message that is sent after all is the same. Within this process.
 */
export function keepPropertiesAsTheyAre(): void {
  structs.Struct.fromJavaScript = (values) => new LazyStruct(values);
}
