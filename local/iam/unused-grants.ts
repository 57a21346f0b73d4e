/** Grants that no run here uses, and why they are there all the same. A stale one fails the specs, as does any other. */
export interface UnusedGrant {
  /** Of the removal's name: resource, statement, action and resource of the grant. */
  name: RegExp;
  reason: string;
}

export const UNUSED_GRANTS: readonly UnusedGrant[] = [
  {
    name: /"network-s3".*s3:(DeleteObject|GetObject|PutObject) on [^/]*$/,
    reason: "one statement names buckets and their objects; an action on objects has nothing to do with a bucket's ARN",
  },
  {
    name: /"network-s3".*s3:ListBucket on .*\/\*$/,
    reason: "as above: a list is of a bucket",
  },
  {
    name: /"archive-error-sweep-policy", (TellOfThem|MessagesKey)/,
    reason: "a file is swept when it is 15 minutes old by the function's own clock, which no run here waits for",
  },
];

export function reasonFor(name: string): string | undefined {
  return UNUSED_GRANTS.find((grant) => grant.name.test(name))?.reason;
}
