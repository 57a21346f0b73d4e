/** Who makes a request. */
export type Principal = RolePrincipal | UserPrincipal | ServicePrincipal;

/** A session of a role: a function, a delivery stream, a state machine. */
export interface RolePrincipal {
  kind: "role";
  /** Of the role. */
  arn: string;
  session: string;
}

export interface UserPrincipal {
  kind: "user";
  arn: string;
}

/** An AWS service on its own behalf. */
export interface ServicePrincipal {
  kind: "service";
  /** For example `s3.amazonaws.com`. */
  name: string;
}

/** As AWS's messages name it: a role's session by its own ARN, a service by its name. */
export function principalName(principal: Principal): string {
  switch (principal.kind) {
    case "role":
      return sessionArn(principal);
    case "user":
      return principal.arn;
    case "service":
      return principal.name;
  }
}

/** https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_identifiers.html#identifiers-arns */
export function sessionArn({ arn, session }: RolePrincipal): string {
  const role = arn.slice(arn.lastIndexOf("/") + 1);
  return `arn:aws:sts::${accountOf(arn)}:assumed-role/${role}/${session}`;
}

/** The fifth part of an ARN; empty where it has none. */
export function accountOf(arn: string): string {
  return arn.split(":")[4] ?? "";
}

/** Undefined for a service, which is of no account. */
export function accountOfPrincipal(principal: Principal): string | undefined {
  return principal.kind === "service" ? undefined : accountOf(principal.arn);
}

/**
 * How a policy's principal means a caller
 * (https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_principal.html):
 * `session` by the session's own ARN, which no permissions boundary limits; `entity` by the role, user or service;
 * `anyone` by `*`; `account` by the account, which leaves the rest to the account's own policies.
 */
export type Naming = "session" | "entity" | "anyone" | "account";

/** How a `Principal` element means a caller, in the way that says most; undefined where it does not. */
export type PrincipalPattern = (principal: Principal) => Naming | undefined;

const RANK: readonly Naming[] = ["session", "entity", "anyone", "account"];

/** Reads a `Principal` or `NotPrincipal` element. @param refuse Hears of what is not known here. */
export function readPrincipal(element: unknown, refuse: (problem: string) => void): PrincipalPattern {
  if (element === "*") return () => "anyone";
  if (typeof element !== "object" || element === null) {
    refuse(`must be "*" or an object, is ${JSON.stringify(element)}`);
    return () => undefined;
  }
  const patterns = Object.entries(element).flatMap(([type, names]) =>
    (Array.isArray(names) ? names : [names]).map((name) => readName(type, String(name), refuse)),
  );
  return (principal) => {
    const namings = patterns.map((pattern) => pattern(principal));
    return RANK.find((naming) => namings.includes(naming));
  };
}

function readName(type: string, name: string, refuse: (problem: string) => void): PrincipalPattern {
  if (type === "Service")
    return (principal) => (principal.kind === "service" && principal.name === name ? "entity" : undefined);
  if (type !== "AWS") {
    refuse(`the local cloud has principals of AWS and Service, not of ${type}`);
    return () => undefined;
  }
  if (name === "*") return () => "anyone";
  const account = /^(?:arn:aws:iam::)?(\d{12})(?::root)?$/.exec(name)?.[1];
  if (account !== undefined) return (principal) => (accountOfPrincipal(principal) === account ? "account" : undefined);
  if (!/^arn:aws:(iam|sts)::\d{12}:(role|user|assumed-role)\/[^*?]+$/.test(name)) {
    refuse(
      `${JSON.stringify(name)} is no account, role, user or session; wildcards are for conditions on aws:PrincipalArn`,
    );
  }
  return (principal) => {
    if (principal.kind === "service") return undefined;
    if (principal.arn === name) return "entity";
    return principal.kind === "role" && sessionArn(principal) === name ? "session" : undefined;
  };
}
