import { Agent, request } from "node:http";
import type { AddressInfo } from "node:net";
import dynalite from "dynalite";
import { AwsError } from "../api/errors.ts";

export type Input = Readonly<Record<string, unknown>>;
export type Output = Record<string, unknown>;

/** DynamoDB by dynalite, without streams. */
export interface Emulator {
  /** @throws AwsError as DynamoDB answers. */
  call(action: string, input: Input): Promise<Output>;
  close(): Promise<void>;
}

/** Starts dynalite on 127.0.0.1, all in memory. */
export async function openEmulator(): Promise<Emulator> {
  const server = dynalite({ createTableMs: 0 });
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(0, "127.0.0.1", resolve);
  });
  const { port } = server.address() as AddressInfo;
  const agent = new Agent({ keepAlive: true });
  return {
    call: (action, input) => post(agent, port, action, JSON.stringify(input)),
    close: () =>
      new Promise((resolve) => {
        agent.destroy();
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

/** dynalite looks at the form of a signature only. */
const SIGNED = {
  authorization: "AWS4-HMAC-SHA256 Credential=local, SignedHeaders=host, Signature=local",
  "x-amz-date": "20260101T000000Z",
  "content-type": "application/x-amz-json-1.0",
};

function post(agent: Agent, port: number, action: string, body: string): Promise<Output> {
  return new Promise((resolve, reject) => {
    const headers = {
      ...SIGNED,
      "x-amz-target": `DynamoDB_20120810.${action}`,
      "content-length": Buffer.byteLength(body),
    };
    const call = request({ agent, host: "127.0.0.1", port, method: "POST", headers }, (response) => {
      const chunks: Buffer[] = [];
      response.on("data", (chunk: Buffer) => chunks.push(chunk));
      response.on("error", reject);
      response.on("end", () => {
        const output = JSON.parse(Buffer.concat(chunks).toString() || "{}") as Output;
        const status = response.statusCode ?? 500;
        if (status === 200) resolve(output);
        else reject(errorOf(status, output));
      });
    });
    call.on("error", reject);
    call.end(body);
  });
}

/** `{"__type": "com.amazonaws.dynamodb.v20120810#NAME", "message": …}` */
function errorOf(status: number, { __type, message, Message }: Output): AwsError {
  const name = String(__type ?? "InternalServerError").replace(/^.*#/, "");
  return new AwsError(name, String(message ?? Message ?? ""), { status });
}
