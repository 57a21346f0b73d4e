import { fromEnv } from "@aws-sdk/credential-provider-env";

/**
 * What bundles have in place of `@aws-sdk/credential-provider-node`: Lambda hands a function's credentials over in its
 * environment (https://docs.aws.amazon.com/lambda/latest/dg/configuration-envvars.html), and clients for files, SSO and
 * STS, which the SDK's own chain looks through, are a quarter of a bundle.
 */
export const defaultProvider = fromEnv;
