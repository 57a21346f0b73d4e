import type { ErrorClass } from "../common/archive.ts";

/**
 * Firehose's error codes by class; UNKNOWN is what stands in neither list, `Lambda.FunctionError` and
 * `Lambda.ProcessingFailedStatus` (the transform's own refusal, which has several reasons) among them.
 *
 * AWS documents `Iceberg.NoSuchTable`, `Iceberg.InvalidTableName`, `S3.AccessDenied` and `Glue.AccessDenied`
 * (https://docs.aws.amazon.com/firehose/latest/dev/apache-iceberg-stream.html), and Lambda's as log messages
 * (https://docs.aws.amazon.com/firehose/latest/dev/monitoring-with-cloudwatch-logs.html); the other codes of Iceberg
 * are seen in error files [?].
 */
const CODES: Readonly<Record<Exclude<ErrorClass, "UNKNOWN">, readonly string[]>> = {
  // The row does not fit its table: delivered again as it is, it fails again, until the table or the code changes.
  DROP: ["Iceberg.InvalidJson", "Iceberg.MissingColumnWithinRecord", "Iceberg.SchemaTypeMismatch"],
  // Something that Firehose depends on was away, throttled or not allowed: nothing is wrong with the row.
  RETRY: [
    "Glue.AccessDenied",
    "Iceberg.AccessDenied",
    "Iceberg.DeliveryFailed",
    "Lambda.AssumeRoleAccessDenied",
    "Lambda.FunctionTimedOut",
    "Lambda.InvokeAccessDenied",
    "Lambda.InvokeFailed",
    "Lambda.InvokeLimitExceeded",
    "Lambda.ResourceNotFound",
    "S3.AccessDenied",
  ],
};

const CLASSES = new Map(
  Object.entries(CODES).flatMap(([errorClass, codes]) => codes.map((code) => [code, errorClass as ErrorClass])),
);

export function classOfFirehoseError(code: string): ErrorClass {
  return CLASSES.get(code) ?? "UNKNOWN";
}
