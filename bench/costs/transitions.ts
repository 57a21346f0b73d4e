interface State {
  Type: string;
  Next?: string;
  End?: boolean;
  Default?: string;
  Resource?: string;
  Choices?: readonly { Condition: string; Next: string }[];
}

export interface Machine {
  StartAt: string;
  States: Readonly<Record<string, State>>;
}

/** What one execution in which nothing fails is billed for. */
export interface Path {
  /** States entered, those inside of Maps left out. */
  transitions: number;
  /** Athena's among them. */
  queries: number;
}

/**
 * Walks from the first state to the last.
 *
 * @param present Variables that hold a statement: a choice for one that is absent is not taken.
 * @throws Error for a state that leads nowhere, or back.
 */
export function happyPath({ StartAt, States }: Machine, present: readonly string[]): Path {
  let transitions = 0;
  let queries = 0;
  let name: string | undefined = StartAt;
  while (name !== undefined) {
    const state: State | undefined = States[name];
    if (state === undefined) throw new Error(`state ${name} is not in the machine`);
    if (transitions > Object.keys(States).length) throw new Error(`state ${name} leads back`);
    transitions += 1;
    if (state.Resource?.includes("athena:startQueryExecution")) queries += 1;
    if (state.End === true || state.Type === "Succeed" || state.Type === "Fail") break;
    name = state.Type === "Choice" ? chosen(state, present) : state.Next;
  }
  return { transitions, queries };
}

/** `$variable = null`, `$variable != null`, or anything else, which holds where nothing fails. */
function chosen({ Choices = [], Default }: State, present: readonly string[]): string | undefined {
  for (const { Condition, Next } of Choices) {
    const [, variable = "", operator] = /\$(\w+) (!?=) null/.exec(Condition) ?? [];
    if (operator === undefined) return Next;
    const isNull = !present.includes(variable);
    if (isNull === (operator === "=")) return Next;
  }
  return Default;
}
