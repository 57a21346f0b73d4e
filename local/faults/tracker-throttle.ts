import { AwsError } from "../api/errors.ts";
import { aroundCalls, type Fault, type FaultParts, type ServiceCall } from "./fault.ts";

/** Names and words: https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Programming.Errors.html */
const REFUSALS = [
  {
    name: "ProvisionedThroughputExceededException",
    message:
      "You exceeded your maximum allowed provisioned throughput for a table or for one or more global secondary indexes.",
  },
  { name: "ThrottlingException", message: "Rate of requests exceeds the allowed throughput." },
] as const;

/** DynamoDB refuses to write to the error tracker. The rate is the share of write calls. */
export function trackerThrottle({ trigger, targets }: FaultParts): Fault {
  return {
    service(service) {
      if (service.name !== "dynamodb") return service;
      return aroundCalls(service, async (call, next) => {
        if (!tablesWritten(call).includes(targets.errorTracker) || !trigger.strikes()) return next();
        const { name, message } = REFUSALS[trigger.random() < 0.5 ? 0 : 1];
        throw new AwsError(name, message);
      });
    },
  };
}

/** By name; a request may also give a table's ARN. */
function tablesWritten({ action, input }: ServiceCall): unknown[] {
  switch (action) {
    case "PutItem":
    case "UpdateItem":
    case "DeleteItem":
      return [input.TableName].map(nameOf);
    case "BatchWriteItem":
      return Object.keys(input.RequestItems ?? {}).map(nameOf);
    default:
      return [];
  }
}

function nameOf(table: unknown): unknown {
  return String(table).split("/").at(-1);
}
