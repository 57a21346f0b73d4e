/**
 * Active queries of an account, waiting ones included, by default: https://docs.aws.amazon.com/general/latest/gr/athena.html
 * (as of April 2026).
 */
const ACTIVE_DML: Readonly<Record<string, number>> = {
  "us-east-1": 200,
  "us-east-2": 150,
  "us-west-2": 150,
  "eu-west-1": 150,
  "eu-central-1": 150,
  "ap-northeast-1": 150,
  "ap-south-1": 100,
  "ap-northeast-2": 100,
  "ap-southeast-1": 100,
  "ap-southeast-2": 100,
  "eu-west-2": 100,
};

const ACTIVE_DML_ELSEWHERE = 20;
const ACTIVE_DDL = 20;

/** How many statements of a kind may be active at once in a region. */
export function activeQueries(region: string, kind: "DML" | "DDL"): number {
  if (kind === "DDL") return ACTIVE_DDL;
  return (Object.hasOwn(ACTIVE_DML, region) ? ACTIVE_DML[region] : undefined) ?? ACTIVE_DML_ELSEWHERE;
}
