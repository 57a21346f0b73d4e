/** Grants that no run here uses, and why they are there all the same. A stale one fails the specs, as does any other. */
export interface UnusedGrant {
  /** Of the removal's name: resource, statement, action and resource of the grant. */
  name: RegExp;
  reason: string;
  /** It depends on timing whether a run uses it. */
  byChance?: true;
}

const ATHENA = "https://docs.aws.amazon.com/athena/latest/ug/s3-permissions.html";

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
  {
    name: /lambda:GetEventSourceMapping/,
    reason: "asked only where a mapping that is to change is already changing",
    byChance: true,
  },
  {
    name: /"refinery-policy".*s3:(ListMultipartUploadParts|AbortMultipartUpload|ListBucketMultipartUploads)/,
    reason: `AWS asks for it of whoever writes through Athena, for large files (${ATHENA}); the local ones are small`,
  },
  {
    name: /"refinery-policy", RefinedFiles: s3:DeleteObject/,
    reason: "Athena deletes the files of a commit that another one has overtaken, which the local tables never have",
  },
  {
    name: /"refinery-policy", ReadTables: glue:GetDatabase on .*:table\//,
    reason: "one statement names databases and their tables; an action on databases has nothing to do with a table",
  },
  {
    name: /"refinery-policy", (ReadTables: .*:database\/default|Catalog: athena:GetDataCatalog)/,
    reason:
      "AWS asks for it of every caller of Athena (https://docs.aws.amazon.com/athena/latest/ug/fine-grained-access-to-glue-resources.html)",
  },
  {
    name: /"refinery-policy", Query: athena:StopQueryExecution/,
    reason: "a query is stopped where its execution is, which no run here does",
  },
  {
    name: /"water-balance-policy", TellWhatIsMissing/,
    reason: "the machine asks for a run's file after it has written it, so that no run here misses one",
  },
  {
    name: /"refinery-plan-policy", PlanKey: kms:Decrypt/,
    reason: "S3 needs it for an upload in parts, which only a long plan is",
  },
];

export function reasonFor(name: string): string | undefined {
  return UNUSED_GRANTS.find((grant) => grant.name.test(name))?.reason;
}
