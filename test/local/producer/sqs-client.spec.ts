import assert from "node:assert/strict";
import { createServer, type RequestListener, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { SqsClient, SqsError } from "../../../local/producer/sqs-client.ts";

describe("the producer's SQS client", () => {
  const servers: Server[] = [];

  async function clientOf(listener: RequestListener): Promise<SqsClient> {
    const server = createServer(listener);
    servers.push(server);
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    return new SqsClient(`http://127.0.0.1:${(server.address() as AddressInfo).port}`, "eu-west-1");
  }

  const answer = JSON.stringify({ Successful: [{ Id: "0", MessageId: "m" }] });
  const send = (client: SqsClient) => client.sendMessageBatch("http://127.0.0.1/q", ["{}"], "producer");

  afterEach(() => {
    for (const server of servers.splice(0)) {
      server.close();
      server.closeAllConnections();
    }
  });

  it("makes a call again where the connection was closed before the answer", async () => {
    let calls = 0;
    const client = await clientOf((request, response) => {
      calls += 1;
      if (calls === 1) request.socket.destroy();
      else response.setHeader("content-length", answer.length).end(answer);
    });
    assert.deepEqual(await send(client), JSON.parse(answer));
    assert.deepEqual(await send(client), JSON.parse(answer));
    assert.equal(calls, 3);
    client.close();
  });

  it("gives up where the connection is closed again", async () => {
    let calls = 0;
    const client = await clientOf((request) => {
      calls += 1;
      request.socket.destroy();
    });
    await assert.rejects(send(client), /the connection to 127.0.0.1:\d+ was closed/);
    assert.equal(calls, 2);
  });

  it("does not repeat what SQS refuses", async () => {
    const client = await clientOf((_, response) => {
      const refusal = JSON.stringify({ __type: "com.amazonaws.sqs#AccessDenied", message: "no" });
      response.writeHead(400, { "content-length": refusal.length }).end(refusal);
    });
    await assert.rejects(send(client), (error) => error instanceof SqsError && error.name === "AccessDenied");
    client.close();
  });
});
