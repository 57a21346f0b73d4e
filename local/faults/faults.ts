import type { HttpService } from "../api/gateway.ts";
import type { JsonService } from "../api/service.ts";
import type { Clock } from "../clock.ts";
import type { FunctionInvoker } from "../lambda/invoker.ts";
import type { ConsumedQueue } from "../sqs/types.ts";
import type { TableStore } from "../tables/store.ts";
import { archiveDown } from "./archive-down.ts";
import { type AskedFault, FAULT_NAMES, type FaultName } from "./asked-fault.ts";
import { duplicateDelivery } from "./duplicate-delivery.ts";
import { aroundCalls, type Executions, type Fault, type FaultParts, type FaultTargets } from "./fault.ts";
import { firehoseOutage } from "./firehose-outage.ts";
import { firehosePartial } from "./firehose-partial.ts";
import { firehoseThrottle } from "./firehose-throttle.ts";
import { Poison } from "./poison.ts";
import { processorCrash } from "./processor-crash.ts";
import { processorTimeout } from "./processor-timeout.ts";
import { schemaMismatch } from "./schema-mismatch.ts";
import { trackerThrottle } from "./tracker-throttle.ts";
import { transformFailure } from "./transform-failure.ts";
import { Trigger } from "./trigger.ts";
import { unansweredCall } from "./unanswered-call.ts";

/** What is to go wrong in a run. */
export interface FaultPlan {
  asked: readonly AskedFault[];
  /** Whether events with the poison marker kill the sqs-processor's process. */
  poison: boolean;
  /** The same seed draws the same numbers; which call meets which number is a matter of timing. */
  seed: number;
}

export interface FaultServices {
  targets: FaultTargets;
  executions: Executions;
  clock: Clock;
}

const MAKERS: Readonly<Record<FaultName, (parts: FaultParts) => Fault>> = {
  "firehose-outage": firehoseOutage,
  "firehose-throttle": firehoseThrottle,
  "firehose-partial": firehosePartial,
  "processor-crash": processorCrash,
  "processor-timeout": processorTimeout,
  "unanswered-call": unansweredCall,
  "archive-down": archiveDown,
  "tracker-throttle": trackerThrottle,
  "duplicate-delivery": duplicateDelivery,
  "transform-failure": transformFailure,
  "schema-mismatch": schemaMismatch,
};

/**
 * The faults of a run, in the way of the services that they concern. Whatever no fault concerns is answered as it was
 * given, so that a run without faults pays nothing.
 */
export class Faults {
  readonly #triggers = new Map<FaultName, Trigger>();
  /** In the order in which a call meets them: what comes of poison is no other fault's matter. */
  readonly #faults: readonly Fault[];
  readonly #poison: Poison | undefined;
  #begun = false;

  /** Of several with the same name the last one counts. */
  constructor({ asked, poison, seed }: FaultPlan, { targets, executions, clock }: FaultServices) {
    const byName = new Map(asked.map((one) => [one.name, one]));
    const faults: Fault[] = [];
    for (const name of FAULT_NAMES) {
      const one = byName.get(name);
      if (one === undefined) continue;
      const trigger = new Trigger(one, seed, clock);
      this.#triggers.set(name, trigger);
      faults.push(MAKERS[name]({ trigger, targets, executions, clock }));
    }
    this.#poison = poison ? new Poison(targets.sqsProcessor, executions) : undefined;
    this.#faults = this.#poison === undefined ? faults : [this.#poison, ...faults];
  }

  /** A service as clients call it; among the calls of SQS the first send begins the faults' windows. */
  service(service: JsonService): JsonService {
    const faulty = this.#faults.reduceRight((inner, fault) => fault.service?.(inner) ?? inner, service);
    return service.name === "sqs" && this.#triggers.size > 0 ? this.#beginsWith(faulty) : faulty;
  }

  httpService(service: HttpService): HttpService {
    return this.#faults.reduceRight((inner, fault) => fault.httpService?.(inner) ?? inner, service);
  }

  /** A queue as an event source mapping consumes it. */
  queue(queue: ConsumedQueue): ConsumedQueue {
    return this.#faults.reduceRight((inner, fault) => fault.queue?.(inner) ?? inner, queue);
  }

  /** The invoker that Firehose is given. */
  transformInvoker(invoker: FunctionInvoker): FunctionInvoker {
    return this.#faults.reduceRight((inner, fault) => fault.transformInvoker?.(inner) ?? inner, invoker);
  }

  /** The tables that Firehose is given. */
  tables(tables: TableStore): TableStore {
    return this.#faults.reduceRight((inner, fault) => fault.tables?.(inner) ?? inner, tables);
  }

  /** From now on nothing strikes any more, but poison. */
  end(): void {
    for (const trigger of this.#triggers.values()) trigger.end();
  }

  /** How often each fault that was asked for has struck: calls, records, messages or invocations, as its rate counts. */
  injected(): Readonly<Record<string, number>> {
    const counts = [...this.#triggers].map(([name, { injected }]) => [name, injected] as const);
    return Object.fromEntries(this.#poison === undefined ? counts : [...counts, ["poison", this.#poison.injected]]);
  }

  #beginsWith(sqs: JsonService): JsonService {
    return aroundCalls(sqs, ({ action }, next) => {
      if (!this.#begun && action.startsWith("SendMessage")) {
        this.#begun = true;
        for (const trigger of this.#triggers.values()) trigger.begin();
      }
      return next();
    });
  }
}
