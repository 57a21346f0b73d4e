/** What is known of a request besides who, what and on which resource; keys in lower case. */
export type Context = Readonly<Record<string, string | readonly string[]>>;

/**
 * The condition keys that requests here can carry, each with how many values it has
 * (https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html and the services' own pages
 * below https://docs.aws.amazon.com/service-authorization/latest/reference/). A policy that asks for another one is
 * refused: nobody could say whether AWS would admit the call.
 */
const KEYS: Readonly<Record<string, "one" | "many">> = {
  "aws:calledvia": "many",
  "aws:calledviafirst": "one",
  "aws:calledvialast": "one",
  "aws:principalaccount": "one",
  "aws:principalarn": "one",
  "aws:principalisawsservice": "one",
  "aws:principalservicename": "one",
  "aws:principaltype": "one",
  "aws:requestedregion": "one",
  "aws:resourceaccount": "one",
  "aws:securetransport": "one",
  "aws:sourceaccount": "one",
  "aws:sourcearn": "one",
  "aws:sourcevpc": "one",
  "aws:sourcevpce": "one",
  "aws:viaawsservice": "one",
  "cloudwatch:namespace": "one",
  "kms:calleraccount": "one",
  "kms:encryptioncontextkeys": "many",
  "kms:grantisforawsresource": "one",
  "kms:viaservice": "one",
  "lambda:functionarn": "one",
  "lambda:sourcefunctionarn": "one",
  "s3:delimiter": "one",
  "s3:prefix": "one",
  "s3:x-amz-server-side-encryption": "one",
  "s3:x-amz-server-side-encryption-aws-kms-key-id": "one",
  "sns:endpoint": "one",
  "sns:protocol": "one",
};

/** Keys that end in a name of the caller's choice. */
const FAMILIES = ["kms:encryptioncontext:"];

/** Undefined where the key is not known here. Keys are compared without regard to case. */
export function valuesOfKey(key: string): "one" | "many" | undefined {
  const lower = key.toLowerCase();
  return KEYS[lower] ?? (FAMILIES.some((family) => lower.startsWith(family)) ? "one" : undefined);
}
