import { OWN_FUNCTIONS } from "./functions.ts";

/** What an expression may read of `$states`, according to where it stands. */
export type StatesMember = "input" | "result" | "errorOutput" | "context";

/** What an expression refers to. */
export interface References {
  /** Of the state machine, without the dollar sign. */
  variables: ReadonlySet<string>;
  /** Of `$states`. */
  members: ReadonlySet<string>;
  /** What Step Functions has no value for. */
  problems: readonly string[];
}

/** JSONata 2.0.6's own but `$eval`, which Step Functions does not have: https://docs.jsonata.org/overview.html */
export const JSONATA_FUNCTIONS =
  `abs append assert average base64decode base64encode boolean ceil clone contains count decodeUrl decodeUrlComponent
  distinct each encodeUrl encodeUrlComponent error exists filter floor formatBase formatInteger formatNumber fromMillis
  join keys length lookup lowercase map match max merge millis min not now number pad parseInteger power random reduce
  replace reverse round shuffle sift single sort split spread sqrt string substring substringAfter substringBefore sum
  toMillis trim type uppercase zip`.split(/\s+/);

const FUNCTIONS = new Set([...JSONATA_FUNCTIONS, ...Object.keys(OWN_FUNCTIONS)]);

type Node = Readonly<Record<string, unknown>>;

/** Members of a node that are evaluated with the node's own value as their context. */
const INSIDE = ["stages", "predicate", "group", "body", "terms", "pattern", "update", "delete"];

const NOT_CHILDREN = ["type", "value", "position", "steps", "ancestor", "seekingParent", "slot", ...INSIDE];

/**
 * Finds what an expression refers to, so that a name that nothing assigns is refused before anything runs.
 *
 * Step Functions gives an expression no input: at its top level neither `$` nor a field's bare name has a value
 * (https://docs.aws.amazon.com/step-functions/latest/dg/transforming-data.html).
 *
 * @param tree JSONata's.
 */
export function referencesOf(tree: unknown): References {
  const walk = new Walk();
  walk.visit(tree, false);
  return {
    variables: new Set([...walk.variables].filter((name) => !walk.bound.has(name) && !FUNCTIONS.has(name))),
    members: walk.members,
    problems: walk.problems,
  };
}

class Walk {
  readonly variables = new Set<string>();
  /** In the expression itself. Where in it is not looked at: a name used before it is bound passes. */
  readonly bound = new Set<string>();
  readonly members = new Set<string>();
  readonly problems: string[] = [];

  /** @param inside Whether there is a context to read from, as in a predicate. */
  visit(tree: unknown, inside: boolean): void {
    if (Array.isArray(tree)) {
      for (const one of tree) this.visit(one, inside);
    } else if (typeof tree === "object" && tree !== null && !(tree instanceof RegExp)) {
      this.#node(tree as Node, inside);
    }
  }

  #node(node: Node, inside: boolean): void {
    for (const binder of [node.focus, node.index]) {
      if (typeof binder === "string") this.bound.add(binder);
    }
    switch (node.type) {
      case "path":
        this.#path(node.steps as readonly Node[], inside);
        break;
      case "variable":
        this.#variable(String(node.value), inside);
        break;
      case "name":
        if (!inside) this.problems.push(`${node.value} has nothing to be read from: begin with $states or a variable`);
        break;
      case "wildcard":
      case "descendant":
        if (!inside) this.problems.push(`${node.value} has nothing to be read from: begin with $states or a variable`);
        break;
      case "lambda":
        for (const { value } of node.arguments as readonly Node[]) this.bound.add(String(value));
        break;
      case "bind":
        this.bound.add(String((node.lhs as Node).value));
        break;
    }
    for (const [key, child] of Object.entries(node)) {
      if (!NOT_CHILDREN.includes(key)) this.visit(child, inside);
    }
    // A function's body has the context of the place where the function stands.
    for (const key of INSIDE) this.visit(node[key], key === "body" ? inside : true);
  }

  #path([first, second, ...rest]: readonly Node[], inside: boolean): void {
    if (first?.type === "variable" && first.value === "states" && second?.type === "name") {
      this.members.add(String(second.value));
    } else {
      this.visit(first, inside);
    }
    this.visit([second, ...rest], true);
  }

  #variable(name: string, inside: boolean): void {
    if (name === "$") this.problems.push("$$ has no value in Step Functions");
    else if (name === "" && !inside) this.problems.push("$ has no value at the top level: begin with $states");
    else if (name === "states") this.problems.push("$states: name the member that is read, as in $states.input");
    else if (name === "eval") this.problems.push("$eval is not in Step Functions: use $parse");
    else if (name !== "") this.variables.add(name);
  }
}
