import { HttpConnection } from "../lambda/http-connection.mjs";

/** SQS's answer to a call that it refused. */
export class SqsError extends Error {
  /** Whether the call itself is at fault, so that it would be refused again. */
  readonly isCallers: boolean;

  constructor(name: string, message: string, status: number) {
    super(message);
    this.name = name;
    this.isCallers = status < 500;
  }
}

export interface SentBatch {
  Successful?: { Id: string; MessageId: string }[];
  Failed?: { Id: string; Code: string; Message: string }[];
}

/**
 * A client of SQS's JSON protocol at the local cloud's gateway, in as little of the machine's time as can be: the AWS
 * SDK's client takes as much for a call as all that happens to its records afterwards. One call at a time, which is made
 * again where the connection is closed before the answer, as the SDK does; it does not sign, since the gateway reads who
 * calls and verifies nothing.
 */
export class SqsClient {
  readonly #host: string;
  readonly #port: number;
  #line: Line | undefined;
  /** By access key. */
  readonly #heads = new Map<string, string>();
  readonly #headOf: (accessKeyId: string) => string;

  constructor(endpoint: string, region: string) {
    const { hostname: host, port } = new URL(endpoint);
    this.#host = host;
    this.#port = Number(port);
    const day = new Date().toISOString().slice(0, 10).replaceAll("-", "");
    this.#headOf = (accessKeyId) =>
      `POST / HTTP/1.1\r\nhost: ${host}:${port}\r\n` +
      "content-type: application/x-amz-json-1.0\r\nx-amz-target: AmazonSQS.SendMessageBatch\r\n" +
      `authorization: AWS4-HMAC-SHA256 Credential=${accessKeyId}/${day}/${region}/sqs/aws4_request, ` +
      "SignedHeaders=host, Signature=none\r\n";
  }

  /**
   * Sends at most ten bodies, whose ids in the answer are their positions.
   *
   * @param accessKeyId Of the sender.
   * @throws SqsError where SQS refuses the call, Error where it is not answered.
   */
  async sendMessageBatch(queueUrl: string, bodies: readonly string[], accessKeyId: string): Promise<SentBatch> {
    const parts = [`{"QueueUrl":${JSON.stringify(queueUrl)},"Entries":[`];
    for (const [index, body] of bodies.entries()) {
      parts.push(`${index === 0 ? "" : ","}{"Id":"${index}","MessageBody":`, JSON.stringify(body), "}");
    }
    parts.push("]}");
    const ask = () => this.#ask(this.#head(accessKeyId), parts);
    const answer = await ask().catch(ask);
    if (answer.status === 200) return JSON.parse(answer.body) as SentBatch;
    const { __type: type = `HTTP ${answer.status}`, message = answer.body } = parsed(answer.body);
    throw new SqsError(type.split("#").at(-1) ?? type, message, answer.status);
  }

  #ask(head: string, parts: readonly string[]): Promise<{ status: number; body: string }> {
    const line = this.#line ?? this.#connect();
    return new Promise((resolve, reject) => {
      line.closed = reject;
      void line.connection.send(head, parts).then(resolve);
    });
  }

  #connect(): Line {
    const line: Line = {
      connection: new HttpConnection(
        { host: this.#host, port: this.#port },
        () => {
          if (this.#line === line) this.#line = undefined;
          line.closed?.(new Error(`the connection to ${this.#host}:${this.#port} was closed`));
        },
        (bytes) => bytes.toString(),
      ),
    };
    this.#line = line;
    return line;
  }

  #head(accessKeyId: string): string {
    const head = this.#heads.get(accessKeyId) ?? this.#headOf(accessKeyId);
    this.#heads.set(accessKeyId, head);
    return head;
  }

  close(): void {
    this.#line?.connection.close();
  }
}

interface Line {
  connection: HttpConnection<string>;
  /** Whoever waits for an answer. */
  closed?: (error: Error) => void;
}

/** Of a refusal; what is no JSON is nobody's refusal. */
function parsed(text: string): { __type?: string; message?: string } {
  try {
    return JSON.parse(text) as { __type?: string; message?: string };
  } catch {
    return {};
  }
}
