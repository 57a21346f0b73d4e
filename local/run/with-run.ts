import { type Gateway, openGateway } from "../api/gateway.ts";
import { count } from "../console.ts";
import { evaluate, ROOT } from "../graph/evaluate.ts";
import type { Registration } from "../graph/registration.ts";
import { readStackFiles } from "../graph/stack-files.ts";
import { customResources } from "../graph/types.ts";
import { Companions } from "./companions.ts";
import { Display } from "./display.ts";
import type { RunOptions } from "./options.ts";
import { Policies } from "./policies.ts";
import type { Run } from "./run.ts";
import { explain, timed } from "./tell.ts";
import { withStack } from "./with-stack.ts";

export interface RunSurroundings {
  heading: string;
  stream: NodeJS.WriteStream;
  /** Where they were started before. */
  companions?: Companions | undefined;
  /** Of each function, at the same time; by default as many as the machine has cores. */
  processesPerFunction?: number;
}

/**
 * Evaluates the program of a stack, judges it by the policies, realises it, and ends all of it when `work` has ended,
 * however that was.
 *
 * @returns the process's exit code: what `work` answers; 1 where a mandatory policy is broken, or anything is thrown.
 */
export async function withRun(
  options: RunOptions,
  { heading, stream, companions = new Companions(options), processesPerFunction }: RunSurroundings,
  work: (run: Run) => Promise<number>,
): Promise<number> {
  const display = new Display(stream);
  const { interrupt, producer, pack } = companions;
  let gateway: Gateway | undefined;
  let policies: Policies | undefined;
  try {
    gateway = await openGateway();
    display.heading(heading);
    const { stack } = options;
    const { project } = readStackFiles(ROOT, stack);
    const registrations: Registration[] = [];
    const registered = (registration: Registration) => registrations.push(registration);
    const evaluated = timed(
      () => evaluate(stack, { queueEndpoint: gateway?.endpoint, registered }),
      (graph, seconds) => display.step("evaluate", `${count(customResources(graph).length)} resources`, seconds),
    );
    policies = new Policies({ project, stack, pack, registrations: evaluated.then(() => registrations) });
    const graph = await evaluated;
    const judged = policies;
    const admit = () => judged.admit(display);
    return await withStack(
      graph,
      options,
      { gateway, display, interrupt, producer, admit, processesPerFunction },
      work,
    );
  } catch (error) {
    display.problem(explain(error));
    return 1;
  } finally {
    await gateway?.close();
    await policies?.ended();
    await companions.close();
  }
}
