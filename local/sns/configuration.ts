export const PROTOCOLS = ["lambda", "sqs", "email", "email-json", "https"] as const;

export interface SubscriptionConfiguration {
  arn: string;
  protocol: (typeof PROTOCOLS)[number];
  /** A function's or queue's ARN, an address, a URL. */
  endpoint: string;
}

/** A standard topic. */
export interface TopicConfiguration {
  name: string;
  arn: string;
  /** Id, ARN or alias of the key, as the program gives it; undefined: the topic is not encrypted. */
  kmsMasterKeyId: string | undefined;
  /** Who may do what with it; undefined: its account. */
  policy: Readonly<Record<string, unknown>> | undefined;
  signatureVersion: number;
  subscriptions: readonly SubscriptionConfiguration[];
}
