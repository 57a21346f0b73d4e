import { ERRORS, StateError } from "../state-error.ts";
import { payloadText } from "./payload.ts";

/** https://docs.aws.amazon.com/step-functions/latest/dg/workflow-variables.html: of all variables of an execution. */
const MAX_BYTES = 10 * 1024 * 1024;

/** The variables of one scope, which sees those around it. */
export class Variables {
  readonly #outer: Variables | undefined;
  readonly #values = new Map<string, { value: unknown; bytes: number }>();

  constructor(outer?: Variables) {
    this.#outer = outer;
  }

  /** All that the scope sees. */
  visible(): Record<string, unknown> {
    const outer = this.#outer?.visible() ?? {};
    for (const [name, { value }] of this.#values) outer[name] = value;
    return outer;
  }

  /** @throws StateError `States.DataLimitExceeded` [?] */
  assign(values: Readonly<Record<string, unknown>>, stateName: string): void {
    payloadText(values, stateName);
    for (const [name, value] of Object.entries(values)) {
      this.#values.set(name, { value, bytes: Buffer.byteLength(JSON.stringify(value)) });
    }
    if (this.#bytes() > MAX_BYTES) {
      throw new StateError(ERRORS.dataLimit, `The variables of the execution exceed ${MAX_BYTES} bytes.`);
    }
  }

  #bytes(): number {
    const own = [...this.#values.values()].reduce((sum, { bytes }) => sum + bytes, 0);
    return own + (this.#outer === undefined ? 0 : this.#outer.#bytes());
  }
}
