import type { JsonService } from "../api/service.ts";
import type { Clock } from "../clock.ts";
import type { Alarm } from "./alarm.ts";
import { ALARM_STATES } from "./alarm-configuration.ts";
import { Alarms, type Publish } from "./alarms.ts";
import { describeAlarmContributors, describeAlarms } from "./describe-alarms.ts";
import { type EmfCounts, EmfReader } from "./emf-reader.ts";
import { alarmNotFound, dashboardNotFound, missingParameter, unknownAction } from "./errors.ts";
import type { CloudWatchConfiguration } from "./from-graph.ts";
import { Gauges } from "./gauges.ts";
import { getMetricData } from "./get-metric-data.ts";
import { listMetrics } from "./list-metrics.ts";
import { Minutes } from "./minutes.ts";
import { Parameters } from "./parameters.ts";
import { putMetricData } from "./put-metric-data.ts";
import { type MetricFinder, MetricStore } from "./store.ts";
import type { GaugeSource, MetricSink } from "./types.ts";

export interface CloudWatchServices {
  clock: Clock;
  /** Sends an alarm's message to a topic of the stack. */
  publish: Publish;
  /** Read once a minute of AWS's time. */
  gauges: readonly GaugeSource[];
}

type Action = (input: Parameters) => unknown;

/**
 * CloudWatch with the alarms and dashboards of one stack, in its JSON protocol. They are made by the program, not by a
 * call: actions that create, change or delete them are not known here. Metrics are kept by minutes of AWS's time, for as
 * long as the service lives.
 */
export class CloudWatch implements JsonService {
  readonly name = "monitoring";
  readonly contentType = "application/x-amz-json-1.0";
  /** Where the services of the local cloud record what they measure. */
  readonly sink: MetricSink;
  readonly alarms: Alarms;
  readonly #store: MetricStore;
  readonly #minutes: Minutes;
  readonly #emf: EmfReader;
  readonly #gauges: Gauges;
  readonly #configuration: CloudWatchConfiguration;
  readonly #clock: Clock;

  readonly #actions: Readonly<Record<string, Action>> = {
    GetMetricData: (input) => getMetricData(input, this.#source(), this.#minutes),
    PutMetricData: (input) => putMetricData(input, this.#store, this.#clock),
    ListMetrics: (input) => listMetrics(input, this.#store, this.#clock, this.#minutes),
    DescribeAlarms: (input) => describeAlarms(input, this.alarms),
    DescribeAlarmContributors: (input) => describeAlarmContributors(input, this.alarms),
    SetAlarmState: (input) => this.#setAlarmState(input),
    EnableAlarmActions: (input) => this.#setActionsEnabled(input, true),
    DisableAlarmActions: (input) => this.#setActionsEnabled(input, false),
    GetDashboard: (input) => this.#getDashboard(input),
  };

  /** Evaluates no alarm and reads no gauge until {@link start}. */
  constructor(configuration: CloudWatchConfiguration, { clock, publish, gauges }: CloudWatchServices) {
    this.#configuration = configuration;
    this.#clock = clock;
    this.#minutes = new Minutes(clock);
    this.#store = new MetricStore(this.#minutes);
    this.sink = this.#store;
    this.#emf = new EmfReader(this.#store, clock);
    this.#gauges = new Gauges(gauges, { clock, minutes: this.#minutes, sink: this.#store });
    const source = this.#source();
    this.alarms = new Alarms(configuration.alarms, { clock, minutes: this.#minutes, source, publish });
  }

  /** What was recorded so far. */
  get metrics(): MetricFinder {
    return this.#store;
  }

  /** What became of the lines that were metrics, or meant to be. */
  get emf(): Readonly<EmfCounts> {
    return this.#emf.counts;
  }

  /** Takes each line of the functions' output, and records the metrics of those that have some. */
  log(line: string): void {
    this.#emf.read(line);
  }

  start(): void {
    this.#gauges.start();
    this.alarms.start();
  }

  /** Resolves when no alarm's message is on its way. */
  async stop(): Promise<void> {
    this.#gauges.stop();
    await this.alarms.stop();
  }

  async call(action: string, input: Record<string, unknown>): Promise<unknown> {
    const run = Object.hasOwn(this.#actions, action) ? this.#actions[action] : undefined;
    if (run === undefined) throw unknownAction(action, Object.keys(this.#actions));
    return run(new Parameters(input));
  }

  #source() {
    return { metrics: this.#store, tagsOf: this.#configuration.tagsOf };
  }

  #setAlarmState(input: Parameters): unknown {
    input.only(["AlarmName", "StateValue", "StateReason", "StateReasonData"]);
    const alarm = this.#alarm(input.text("AlarmName"));
    const state = input.choice("StateValue", ALARM_STATES);
    if (state === undefined) throw missingParameter("StateValue");
    const reason = input.optionalText("StateReason");
    if (reason === undefined) throw missingParameter("StateReason");
    this.alarms.set(alarm, state, reason, input.optionalText("StateReasonData"));
    return {};
  }

  #setActionsEnabled(input: Parameters, enabled: boolean): unknown {
    input.only(["AlarmNames"]);
    if (input.lacks("AlarmNames")) throw missingParameter("AlarmNames");
    // An alarm that does not exist is passed over: AWS lists no error for it [?].
    for (const name of input.texts("AlarmNames")) {
      const alarm = this.alarms.find(name);
      if (alarm !== undefined) alarm.actionsEnabled = enabled;
    }
    return {};
  }

  #getDashboard(input: Parameters): unknown {
    input.only(["DashboardName"]);
    const wanted = input.text("DashboardName");
    const dashboard = this.#configuration.dashboards.find(({ name }) => name === wanted);
    if (dashboard === undefined) throw dashboardNotFound(wanted);
    return { DashboardArn: dashboard.arn, DashboardBody: dashboard.body, DashboardName: dashboard.name };
  }

  #alarm(name: string): Alarm {
    const alarm = this.alarms.find(name);
    if (alarm === undefined) throw alarmNotFound(name);
    return alarm;
  }
}
