/**
 * AWS's list prices in US East (N. Virginia), in US dollars, without free tiers and discounts. Written down from AWS's
 * pages on 2026-11-27; the price list API was not asked. A `[?]` could not be confirmed on a page.
 */
export const PRICES_OF = "2026-11-27, us-east-1";

export interface Price {
  dollars: number;
  /** What is paid for. */
  per: string;
  page: string;
}

const AWS = "https://aws.amazon.com";

export const PRICES = {
  sqsRequest: { dollars: 0.4 / 1e6, per: "request of up to 64 KB", page: `${AWS}/sqs/pricing/` },
  lambdaRequest: { dollars: 0.2 / 1e6, per: "request", page: `${AWS}/lambda/pricing/` },
  lambdaGbSecond: { dollars: 0.000_013_333_4, per: "GB-second on arm64", page: `${AWS}/lambda/pricing/` },
  // [?] that rows for Iceberg tables are billed by their bytes, not rounded up to 5 KB each.
  firehoseGb: { dollars: 0.075, per: "GB put, destination Iceberg [?]", page: `${AWS}/firehose/pricing/` },
  s3Put: { dollars: 0.005 / 1000, per: "PUT", page: `${AWS}/s3/pricing/` },
  s3GbMonth: { dollars: 0.023, per: "GB-month", page: `${AWS}/s3/pricing/` },
  kmsKey: { dollars: 1, per: "key and month", page: `${AWS}/kms/pricing/` },
  kmsRequest: { dollars: 0.03 / 10_000, per: "request", page: `${AWS}/kms/pricing/` },
  endpointHour: { dollars: 0.01, per: "interface endpoint, zone and hour", page: `${AWS}/privatelink/pricing/` },
  endpointGb: { dollars: 0.01, per: "GB through an interface endpoint", page: `${AWS}/privatelink/pricing/` },
  metric: { dollars: 0.3, per: "custom metric and month", page: `${AWS}/cloudwatch/pricing/` },
  alarmMetric: { dollars: 0.1, per: "metric of an alarm and month", page: `${AWS}/cloudwatch/pricing/` },
  dashboard: { dollars: 3, per: "dashboard and month", page: `${AWS}/cloudwatch/pricing/` },
  metricRead: { dollars: 0.01 / 1000, per: "metric of GetMetricData", page: `${AWS}/cloudwatch/pricing/` },
  logGb: { dollars: 0.5, per: "GB of logs taken in", page: `${AWS}/cloudwatch/pricing/` },
  athenaTb: { dollars: 5, per: "TB scanned, 10 MB a query at least", page: `${AWS}/athena/pricing/` },
  stateTransition: { dollars: 0.025 / 1000, per: "state transition", page: `${AWS}/step-functions/pricing/` },
  dynamoWrite: { dollars: 0.625 / 1e6, per: "write request unit", page: `${AWS}/dynamodb/pricing/on-demand/` },
  dynamoRead: { dollars: 0.125 / 1e6, per: "read request unit", page: `${AWS}/dynamodb/pricing/on-demand/` },
  schedule: { dollars: 1 / 1e6, per: "invocation by EventBridge Scheduler", page: `${AWS}/eventbridge/pricing/` },
  trace: { dollars: 5 / 1e6, per: "trace recorded", page: `${AWS}/xray/pricing/` },
} as const satisfies Record<string, Price>;

export type PriceName = keyof typeof PRICES;
