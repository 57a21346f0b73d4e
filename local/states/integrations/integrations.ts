import { athenaIntegrations } from "./athena.ts";
import { dynamoDbIntegrations } from "./dynamodb.ts";
import type { Integration } from "./integration.ts";
import { invokeFunction } from "./lambda.ts";

const INTEGRATIONS: readonly Integration[] = [invokeFunction, ...athenaIntegrations, ...dynamoDbIntegrations];

/** By `Resource`. Activities, functions by their own ARN and AWS SDK integrations are not among them. */
export const integrations: ReadonlyMap<string, Integration> = new Map(
  INTEGRATIONS.map((integration) => [`arn:aws:states:::${integration.service}:${integration.action}`, integration]),
);
