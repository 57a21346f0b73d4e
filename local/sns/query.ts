import { randomUUID } from "node:crypto";
import type { AwsError } from "../api/errors.ts";
import type { HttpAnswer } from "../api/gateway.ts";

/** AWS's query protocol: a form is sent, XML comes back (https://smithy.io/2.0/aws/protocols/aws-query-protocol.html). */

const NAMESPACE = "http://sns.amazonaws.com/doc/2010-03-31/";

/** @param members What the result holds: text by element name. */
export function resultAnswer(action: string, members: Readonly<Record<string, string>>): HttpAnswer {
  const requestId = randomUUID();
  const result = Object.entries(members).map(([name, text]) => element(name, escaped(text)));
  const metadata = element("ResponseMetadata", element("RequestId", requestId));
  return answer(200, requestId, `${action}Response`, element(`${action}Result`, result.join("")) + metadata);
}

export function errorAnswer({ name, message, status }: AwsError): HttpAnswer {
  const requestId = randomUUID();
  const error = [
    element("Type", status < 500 ? "Sender" : "Receiver"),
    element("Code", escaped(name)),
    element("Message", escaped(message)),
  ];
  return answer(status, requestId, "ErrorResponse", element("Error", error.join("")) + element("RequestId", requestId));
}

function answer(status: number, requestId: string, root: string, content: string): HttpAnswer {
  return {
    status,
    headers: { "content-type": "text/xml", "x-amzn-requestid": requestId },
    body: `<${root} xmlns="${NAMESPACE}">${content}</${root}>`,
  };
}

function element(name: string, content: string): string {
  return `<${name}>${content}</${name}>`;
}

const ESCAPES: Readonly<Record<string, string>> = { "&": "&amp;", "<": "&lt;", ">": "&gt;" };

/** What XML cannot carry even escaped becomes a replacement character. */
function escaped(text: string): string {
  return (
    text
      .toWellFormed()
      // biome-ignore lint/suspicious/noControlCharactersInRegex: these are the characters to replace
      .replace(/[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/g, "\ufffd")
      .replace(/[&<>]/g, (character) => ESCAPES[character] ?? character)
  );
}
