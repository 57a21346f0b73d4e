type Values = Readonly<Record<string, string | undefined>>;

/** Sets environment variables, or takes those away that are undefined. @returns what puts back the values before. */
export function setEnvironment(values: Values): () => void {
  const before = Object.fromEntries(Object.keys(values).map((name) => [name, process.env[name]]));
  set(values);
  return () => set(before);
}

function set(values: Values): void {
  for (const [name, value] of Object.entries(values)) {
    if (value === undefined) delete process.env[name];
    else process.env[name] = value;
  }
}
