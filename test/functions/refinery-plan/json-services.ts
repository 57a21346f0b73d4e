import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";

/** A stand-in for services that speak JSON: it answers an action with what it is told. */
export interface JsonServices {
  endpoint: string;
  calls: { target: string; input: Record<string, unknown> }[];
  close(): void;
}

export async function openJsonServices(
  answers: Readonly<Record<string, (input: Record<string, unknown>) => object>>,
): Promise<JsonServices> {
  const calls: JsonServices["calls"] = [];
  const server = createServer(async (request, response) => {
    const parts: Buffer[] = [];
    for await (const part of request) parts.push(part);
    const target = String(request.headers["x-amz-target"]);
    const input = JSON.parse(Buffer.concat(parts).toString());
    calls.push({ target, input });
    const answer = answers[target.replace(/^.*\./, "")];
    const type = { "content-type": String(request.headers["content-type"]) };
    if (answer === undefined) response.writeHead(400, type).end(JSON.stringify({ __type: `Unknown: ${target}` }));
    else response.writeHead(200, type).end(JSON.stringify(answer(input)));
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return {
    endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    calls,
    close() {
      server.closeAllConnections();
      server.close();
    },
  };
}
