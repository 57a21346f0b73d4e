/** See http-connection.mjs. */
export class HttpConnection<T> {
  constructor(
    address: { path: string } | { host: string; port: number },
    onGone: () => void,
    read: (bytes: Buffer) => T,
  );
  send(
    head: string,
    body: readonly string[],
  ): Promise<{ status: number; headers: ReadonlyMap<string, string>; body: T }>;
  close(): void;
}
