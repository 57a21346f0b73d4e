import type { Call } from "./call.ts";
import type { Context } from "./context.ts";
import type { AccessRequest } from "./document.ts";
import type { Keys } from "./keys-from-graph.ts";
import { accountOfPrincipal } from "./principal.ts";

const READ = ["kms:Decrypt"];
const WRITE = ["kms:GenerateDataKey", "kms:Decrypt"];

/** What a service asks KMS for in its caller's name, and how it names itself and the resource to KMS. */
interface Use {
  via: string;
  actions: readonly string[];
  /** ARN of what the key encrypts, from that of what is called. */
  encrypted(resource: string): string;
  encryptionContext(resource: string, keys: Keys): Context;
}

const SQS = {
  via: "sqs",
  encrypted: (resource: string) => resource,
  encryptionContext: (resource: string) => ({ "kms:encryptioncontext:aws:sqs:arn": resource }),
};

const S3 = {
  via: "s3",
  encrypted: bucketOf,
  // https://docs.aws.amazon.com/AmazonS3/latest/userguide/UsingKMSEncryption.html#encryption-context
  encryptionContext: (resource: string, keys: Keys) => ({
    "kms:encryptioncontext:aws:s3:arn": keys.bucketKeys.has(bucketOf(resource)) ? bucketOf(resource) : resource,
  }),
};

const DYNAMODB = {
  via: "dynamodb",
  // Of a stream and of an index too, which the table's key encrypts.
  encrypted: (resource: string) => resource.replace(/(:table\/[^/]+).*$/, "$1"),
  encryptionContext: (resource: string) => ({
    "kms:encryptioncontext:aws:dynamodb:tablename": /:table\/([^/]+)/.exec(resource)?.[1] ?? "",
  }),
};

/**
 * By action:
 * https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-key-management.html,
 * https://docs.aws.amazon.com/sns/latest/dg/sns-key-management.html,
 * https://docs.aws.amazon.com/AmazonS3/latest/userguide/UsingKMSEncryption.html (Decrypt for the parts of an upload),
 * https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/encryption.howitworks.html (a table's key is decrypted
 * in the name of whoever reads or writes it),
 * https://docs.aws.amazon.com/step-functions/latest/dg/encryption-at-rest.html (whoever starts an execution needs no key).
 * A delivery stream and a function's environment have grants of whoever makes them, and ask nothing of their callers
 * (https://docs.aws.amazon.com/firehose/latest/dev/encryption.html,
 * https://docs.aws.amazon.com/lambda/latest/dg/configuration-envvars-encryption.html).
 */
const USES: readonly [RegExp, Use][] = [
  [/^sqs:SendMessage$/, { ...SQS, actions: WRITE }],
  [/^sqs:ReceiveMessage$/, { ...SQS, actions: READ }],
  [
    /^sns:Publish$/,
    {
      via: "sns",
      actions: WRITE,
      encrypted: (resource) => resource,
      encryptionContext: (resource) => ({ "kms:encryptioncontext:aws:sns:topicarn": resource }),
    },
  ],
  [/^s3:GetObject$/, { ...S3, actions: READ }],
  [/^s3:PutObject$/, { ...S3, actions: ["kms:GenerateDataKey"] }],
  [/^s3:AbortMultipartUpload$/, { ...S3, actions: WRITE }],
  [/^dynamodb:(.*Item|Query|Scan|GetRecords)$/, { ...DYNAMODB, actions: READ }],
  [
    /^states:(DescribeExecution|DescribeStateMachine|GetExecutionHistory)$/,
    {
      via: "states",
      actions: READ,
      encrypted: machineOf,
      encryptionContext: (resource) => ({ "kms:encryptioncontext:aws:states:statemachinearn": machineOf(resource) }),
    },
  ],
];

/** Who reads and writes the catalog: https://docs.aws.amazon.com/glue/latest/dg/encrypt-glue-data-catalog.html */
const CATALOG: readonly [RegExp, readonly string[]][] = [
  [/^glue:(Get|BatchGet|Search)/, ["kms:Decrypt"]],
  [/^glue:(Create|Update|Delete|BatchCreate|BatchUpdate)/, ["kms:Decrypt", "kms:Encrypt", "kms:GenerateDataKey"]],
];

/** What a call asks of KMS besides, through the service that is called. */
export function keyRequests(call: Call, keys: Keys, region: string): AccessRequest[] {
  const { action, resource } = call;
  const catalogActions =
    keys.catalog === undefined ? undefined : CATALOG.find(([pattern]) => pattern.test(action))?.[1];
  if (keys.catalog !== undefined && catalogActions !== undefined) {
    return catalogActions.map((one) => keyRequest(call, one, keys.catalog ?? "", `glue.${region}.amazonaws.com`, {}));
  }
  const use = USES.find(([pattern]) => pattern.test(action))?.[1];
  const key = use && keys.of.get(use.encrypted(resource));
  if (use === undefined || key === undefined) return [];
  const encryption = use.encryptionContext(resource, keys);
  return use.actions.map((one) => keyRequest(call, one, key, `${use.via}.${region}.amazonaws.com`, encryption));
}

function keyRequest(call: Call, action: string, key: string, via: string, encryption: Context): AccessRequest {
  const { principal, context } = call;
  const account = accountOfPrincipal(principal);
  // A service that calls in its own name says for whom: https://docs.aws.amazon.com/kms/latest/developerguide/conditions-aws.html
  const source = principal.kind === "service" ? sourceOf(context) : {};
  return {
    principal,
    action,
    resource: key,
    context: {
      ...source,
      ...encryption,
      "kms:viaservice": via,
      "aws:viaawsservice": String(principal.kind !== "service"),
      ...(account === undefined ? {} : { "kms:calleraccount": account }),
    },
  };
}

function sourceOf(context: Context): Context {
  return Object.fromEntries(Object.entries(context).filter(([key]) => key.startsWith("aws:source")));
}

/** The machine whose execution it is, or itself. */
function machineOf(resource: string): string {
  return resource.replace(/:execution:([^:/]+).*$/, ":stateMachine:$1");
}

function bucketOf(resource: string): string {
  return resource.split("/")[0] ?? resource;
}
