import { type GraphResource, ofType, type StackGraph } from "../../graph/types.ts";
import { functionNameOf } from "../../lambda/function-name.ts";
import { role, type WiredCall, wired } from "./wired-call.ts";

/** https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-configure.html#events-sqs-permissions */
const QUEUE_ACTIONS = ["sqs:ReceiveMessage", "sqs:DeleteMessage", "sqs:GetQueueAttributes"];

/** https://docs.aws.amazon.com/lambda/latest/dg/services-dynamodb-eventsourcemapping.html#events-dynamodb-permissions */
const STREAM_ACTIONS = [
  "dynamodb:DescribeStream",
  "dynamodb:GetRecords",
  "dynamodb:GetShardIterator",
  "dynamodb:ListStreams",
];

/** Lambda polls with the function's role, and not from the function's VPC. */
export function mappingCalls(graph: StackGraph): WiredCall[] {
  const functions = new Map(
    ofType(graph, "aws:lambda/function:Function").map((resource) => [String(resource.state.name), resource]),
  );
  return ofType(graph, "aws:lambda/eventSourceMapping:EventSourceMapping").flatMap((mapping) => {
    const invoked = functions.get(functionNameOf(String(mapping.inputs.functionName)));
    return invoked === undefined ? [] : callsFor(mapping, invoked);
  });
}

function callsFor({ urn, inputs }: GraphResource, invoked: GraphResource): WiredCall[] {
  const caller = role(invoked.inputs.role, String(invoked.state.name));
  const eventSource = String(inputs.eventSourceArn);
  const actions = eventSource.startsWith("arn:aws:sqs:") ? QUEUE_ACTIONS : STREAM_ACTIONS;
  const { onFailure } = (inputs.destinationConfig ?? {}) as { onFailure?: { destinationArn?: string } };
  return [
    ...actions.map((action) => wired(urn, caller, action, eventSource)),
    // https://docs.aws.amazon.com/lambda/latest/dg/services-dynamodb-errors.html
    ...(onFailure?.destinationArn?.startsWith("arn:aws:sqs:")
      ? [wired(urn, caller, "sqs:SendMessage", onFailure.destinationArn)]
      : []),
  ];
}
