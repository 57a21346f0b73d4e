/**
 * What bad producers send, each made from the body that was meant: the message itself is at fault, so that no retry
 * can help.
 */
export const malformedBodies: readonly ((wellFormed: string) => string)[] = [
  (body) => body.slice(0, body.length / 2),
  (body) => `[${body}]`,
  () => "null",
  () => "42",
  () => "a line of a log, not an event",
  (body) => JSON.stringify(body),
  () => '{"message":{"messageId":"1","data":"%%%"}}',
  () => '{"messageId":{"id":1},"payload":{}}',
  () => '{"messageId":"1","publishTime":"yesterday","payload":{}}',
];
