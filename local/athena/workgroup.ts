/** https://docs.aws.amazon.com/athena/latest/APIReference/API_ResultConfiguration.html */
export interface ResultConfiguration {
  /** `s3://bucket/prefix/`, always with a slash at the end. */
  outputLocation: string | undefined;
  encryption: Encryption | undefined;
}

export interface Encryption {
  option: string;
  kmsKey: string | undefined;
}

/** https://docs.aws.amazon.com/athena/latest/APIReference/API_WorkGroup.html */
export interface Workgroup {
  name: string;
  description: string | undefined;
  enabled: boolean;
  /** True if a query's own result configuration counts for nothing. */
  enforced: boolean;
  results: ResultConfiguration;
  /** Bytes that one query may scan; undefined for no limit. */
  scanLimit: number | undefined;
  publishesMetrics: boolean;
}

/** Every account has it: https://docs.aws.amazon.com/athena/latest/ug/workgroups-manage-queries-control-costs.html */
export const PRIMARY: Workgroup = {
  name: "primary",
  description: undefined,
  enabled: true,
  enforced: false,
  results: { outputLocation: undefined, encryption: undefined },
  scanLimit: undefined,
  publishesMetrics: false,
};

export const ENGINE_VERSION = "Athena engine version 3";

const S3_PATH = /^s3:\/\/[^/]+(\/.*)?$/;

/** The location with a slash at its end; undefined for one that is not S3's. */
export function outputLocation(location: string): string | undefined {
  return S3_PATH.test(location) ? location.replace(/\/*$/, "/") : undefined;
}
