import assert from "node:assert/strict";
import { distributed, pass, problemsOf, processor, withInline, withTopics } from "./fixtures.ts";

const inner = (more: object) => ({ ...processor, States: { Inner: { ...pass, ...more } } });

describe("Maps of a definition", () => {
  const refused: [title: string, definition: unknown, problem: RegExp][] = [
    ["a Map without items", withInline({ Items: undefined }), /Items: is required/],
    ["items that are no list", withInline({ Items: {} }), /Items: must be a array/],
    [
      "41 iterations at once",
      withInline({ MaxConcurrency: 41 }),
      /MaxConcurrency: must be a whole number from 0 to 40/,
    ],
    [
      "tolerated failures in an inline Map",
      withInline({ ToleratedFailurePercentage: 5 }),
      /ToleratedFailurePercentage: not known/,
    ],
    ["an iterator of old", withInline({ Iterator: processor }), /Iterator: not known/],
    [
      "a next outside of the processor",
      withInline({ ItemProcessor: inner({ End: undefined, Next: "Done" }) }),
      /Inner.Next: there is no state Done beside/,
    ],
    [
      "express children",
      withTopics({
        ItemProcessor: {
          ...distributed.ItemProcessor,
          ProcessorConfig: { Mode: "DISTRIBUTED", ExecutionType: "EXPRESS" },
        },
      }),
      /ExecutionType: must match \^STANDARD/,
    ],
    [
      "a distributed Map over its input",
      withTopics({ ItemReader: undefined, Items: [] }),
      /Items: not known(.|\n)*ItemReader.Resource: must match/,
    ],
    ["batches", withTopics({ ItemBatcher: { MaxItemsPerBatch: 2 } }), /ItemBatcher: not known/],
    [
      "a CSV reader",
      withTopics({ ItemReader: { ...distributed.ItemReader, ReaderConfig: { InputType: "CSV" } } }),
      /InputType: must match \^JSON\$/,
    ],
    ["results that stay", withTopics({ ResultWriter: undefined }), /ResultWriter.Resource: must match/],
    [
      "a writer's transformation",
      withTopics({ ResultWriter: { ...distributed.ResultWriter, WriterConfig: { Transformation: "COMPACT" } } }),
      /ResultWriter.WriterConfig: not known/,
    ],
    [
      "a writer without a prefix",
      withTopics({ ResultWriter: { ...distributed.ResultWriter, Arguments: { Bucket: "b" } } }),
      /ResultWriter.Arguments.Prefix: is required/,
    ],
    ["a label with a space", withTopics({ Label: "my topics" }), /Label: must match/],
    [
      "a percentage over 100",
      withTopics({ ToleratedFailurePercentage: 101 }),
      /ToleratedFailurePercentage: must be a number from 0 to 100/,
    ],
  ];
  for (const [title, definition, problem] of refused) {
    it(`are refused with ${title}`, () => {
      assert.match(problemsOf(definition).join("\n"), problem);
    });
  }
});
