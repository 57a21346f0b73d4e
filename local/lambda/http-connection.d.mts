/** See http-connection.mjs. */
export class HttpConnection {
  constructor(address: { path: string } | { host: string; port: number }, onGone: () => void);
  send(
    head: string,
    body: readonly string[],
  ): Promise<{ status: number; headers: ReadonlyMap<string, string>; body: string }>;
  close(): void;
}
