import assert from "node:assert/strict";
import { ask } from "../../../local/iam/asks/ask.ts";
import { Authority } from "../../../local/iam/authority.ts";
import type { DeniedCall } from "../../../local/iam/denied.ts";
import { FUNCTION_ARN, OPERATOR, QUEUE_ARN, READER, readerStack, SESSION_ARN } from "./reader.ts";

const receive = ask("sqs:ReceiveMessage", QUEUE_ARN);
const send = ask("sqs:SendMessage", QUEUE_ARN);

describe("the authority", () => {
  it("admits what the policies allow, and keeps one call of each kind", () => {
    const authority = new Authority(readerStack());
    assert.equal(authority.refusal(READER, [receive]), undefined);
    assert.equal(authority.refusal(READER, [ask("sqs:ReceiveMessage", QUEUE_ARN)]), undefined);
    assert.equal(authority.refusal(OPERATOR, [send]), undefined);
    assert.deepEqual(
      authority.trace.map(({ action, from }) => [action, from]),
      [
        ["sqs:ReceiveMessage", FUNCTION_ARN],
        ["sqs:SendMessage", undefined],
      ],
    );
    assert.deepEqual(authority.denied, []);
  });

  it("refuses the first of several asks that is not allowed, remembers it once, and tells of it", async () => {
    const told: DeniedCall[] = [];
    const authority = new Authority(readerStack(), (denied) => told.push(denied));
    for (let time = 0; time < 3; time += 1) {
      assert.equal(authority.refusal(READER, [receive, send])?.kind, "policy");
    }
    assert.deepEqual(
      authority.denied.map(({ caller, action, resource }) => [caller, action, resource]),
      [[SESSION_ARN, "sqs:SendMessage", QUEUE_ARN]],
    );
    assert.deepEqual(told, authority.denied);
    await authority.refused;
  });

  it("does not take one caller's admission for another's", () => {
    const authority = new Authority(readerStack());
    assert.equal(authority.refusal(OPERATOR, [send]), undefined);
    assert.equal(authority.refusal(READER, [send])?.kind, "policy");
  });

  it("refuses a key that is nobody's, and names those that are", () => {
    const authority = new Authority(readerStack());
    assert.equal(authority.refusal({ accessKeyId: "local", sessionToken: undefined }, [send])?.kind, "unknown caller");
    assert.deepEqual(authority.denied, [
      {
        caller: "access key local",
        action: "sqs:SendMessage",
        resource: QUEUE_ARN,
        reason: "The security token included in the request is invalid.",
        remedy: "an access key that somebody has here: operator, producer, or a role's name",
        source: undefined,
      },
    ]);
  });

  it("keeps a list that somebody can read, whatever callers make up", () => {
    const authority = new Authority(readerStack());
    for (let n = 0; n < 1_100; n += 1) authority.refusal({ accessKeyId: `key-${n}`, sessionToken: undefined }, [send]);
    assert.equal(authority.denied.length, 1_000);
  });

  it("judges what services do among themselves before anything runs", () => {
    assert.throws(() => new Authority(readerStack()).checkWiring(), {
      name: "ResourceError",
      message:
        /^AWS would refuse 2 calls that follow from the stack:\n\S+reader\/reads called logs:CreateLogStream on .*\n {4}refused: User: \S+ is not authorized to perform: logs:CreateLogStream .*\n {4}add: {5}\{.*\} to the policy of arn:aws:iam::123456789012:role\/reader\n {4}in: {6}components\/reader-policy\.ts:2, made at index\.ts:7\n/,
    });
    const logs = { Effect: "Allow", Action: ["logs:CreateLogStream", "logs:PutLogEvents"], Resource: "*" };
    const authority = new Authority(readerStack({ statements: [logs] }));
    authority.checkWiring();
    assert.deepEqual(authority.denied, []);
    assert.ok(authority.trace.some(({ action }) => action === "sts:AssumeRole"));
  });
});
