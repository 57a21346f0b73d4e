/**
 * The values of the named environment variables.
 *
 * @throws Error that names every variable which is missing or empty, not only the first.
 */
export function readEnvironment<Name extends string>(
  names: readonly Name[],
  environment: Readonly<Record<string, string | undefined>>,
): Readonly<Record<Name, string>> {
  const missing = names.filter((name) => !environment[name]);
  if (missing.length > 0) throw new Error(`environment: not set: ${missing.join(", ")}`);
  return Object.fromEntries(names.map((name) => [name, environment[name]])) as Record<Name, string>;
}
