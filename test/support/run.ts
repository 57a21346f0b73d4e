import type { Gateway } from "../../local/api/gateway.ts";
import type { StackGraph } from "../../local/graph/types.ts";
import { ProducerProcess } from "../../local/producer/process.ts";
import { Display } from "../../local/run/display.ts";
import { Interrupt } from "../../local/run/interrupt.ts";
import { parseOptions } from "../../local/run/options.ts";
import { send } from "../../local/run/start.ts";
import { withStack } from "../../local/run/with-stack.ts";
import { textStream } from "./text-stream.ts";

/**
 * What `npm start` does with a stack once it is evaluated and admitted, in this process.
 *
 * @param graph Evaluated with the gateway's endpoint.
 */
export async function runStack(
  graph: StackGraph,
  gateway: Gateway,
  args: readonly string[],
  producer = new ProducerProcess(),
): Promise<{ exitCode: number; output: string }> {
  const { stream, text } = textStream();
  const interrupt = new Interrupt();
  try {
    const stage = { gateway, display: new Display(stream), interrupt, producer };
    const exitCode = await withStack(graph, parseOptions(args), { ...stage, admit: async () => true }, send);
    return { exitCode, output: text() };
  } finally {
    interrupt.dispose();
  }
}
