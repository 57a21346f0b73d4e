import assert from "node:assert/strict";
import { Access } from "../../../local/iam/access.ts";
import type { Call } from "../../../local/iam/call.ts";
import { deniedCall, deniedLines } from "../../../local/iam/denied.ts";
import { FUNCTION_ARN, KEY_ARN, QUEUE_ARN, type ReaderStack, ROLE_ARN, readerStack, SESSION_ARN } from "./reader.ts";
import { ACCOUNT } from "./stacks.ts";

const reader = { kind: "role", arn: ROLE_ARN, session: "reads" } as const;
const s3 = { kind: "service", name: "s3.amazonaws.com" } as const;
const receive: Call = {
  principal: reader,
  from: FUNCTION_ARN,
  action: "sqs:ReceiveMessage",
  resource: QUEUE_ARN,
  context: {},
};

/** What a report says of a call to a stack that refuses it. */
function denied(stack: ReaderStack, call: Call = receive) {
  const graph = readerStack(stack);
  const verdict = new Access(graph).judge(call);
  assert.ok(!verdict.allowed);
  return deniedCall(verdict, graph);
}

describe("a refused call", () => {
  it("asks for a statement in the caller's policy, at the line that made it and its component", () => {
    assert.deepEqual(denied({ statements: [] }), {
      caller: SESSION_ARN,
      action: "sqs:ReceiveMessage",
      resource: QUEUE_ARN,
      reason: `User: ${SESSION_ARN} is not authorized to perform: sqs:ReceiveMessage on resource: ${QUEUE_ARN} because no identity-based policy allows the sqs:ReceiveMessage action`,
      remedy: `{"Effect":"Allow","Action":"sqs:ReceiveMessage","Resource":"${QUEUE_ARN}"} to the policy of ${ROLE_ARN}`,
      source: "components/reader-policy.ts:2, made at index.ts:7",
    });
  });

  it("asks for an exception to the Deny that refuses it", () => {
    const deny = { Sid: "Never", Effect: "Deny", Principal: "*", Action: "sqs:*", Resource: QUEUE_ARN };
    const { reason, remedy, source } = denied({ queueStatements: [deny] });
    assert.match(reason, /with an explicit deny in a resource-based policy$/);
    assert.equal(remedy, 'an exception to the Deny Never of aws:sqs/queue:Queue "orders"');
    assert.equal(source, "components/orders.ts:3, made at index.ts:7");
  });

  it("asks for the key where that is what lacks", () => {
    const { action, resource, remedy } = denied({ isEncrypted: true });
    assert.deepEqual([action, resource], ["kms:Decrypt", KEY_ARN]);
    assert.equal(
      remedy,
      `{"Effect":"Allow","Action":"kms:Decrypt","Resource":"${KEY_ARN}"} to the policy of ${ROLE_ARN}`,
    );
  });

  it("asks for a statement in the resource's policy, with the source, where a service calls", () => {
    const context = { "aws:sourcearn": "arn:aws:s3:::uploads", "aws:sourceaccount": ACCOUNT };
    const call = { principal: s3, from: undefined, action: "sqs:SendMessage", resource: QUEUE_ARN, context };
    const { caller, remedy, source } = denied({}, call);
    assert.equal(caller, "s3.amazonaws.com");
    assert.equal(
      remedy,
      `{"Effect":"Allow","Principal":{"Service":"s3.amazonaws.com"},"Action":"sqs:SendMessage","Resource":"${QUEUE_ARN}","Condition":{"ArnEquals":{"aws:SourceArn":"arn:aws:s3:::uploads"}}} to the policy of ${QUEUE_ARN}`,
    );
    assert.equal(source, "components/orders.ts:3, made at index.ts:7");
  });

  it("asks for a statement in the resource's policy where somebody calls who is not of the stack", () => {
    const shop = { kind: "role", arn: `arn:aws:iam::${ACCOUNT}:role/shop`, session: "shop" } as const;
    const call = { principal: shop, from: undefined, action: "sqs:SendMessage", resource: QUEUE_ARN, context: {} };
    const { remedy, source } = denied({}, call);
    assert.equal(
      remedy,
      `{"Effect":"Allow","Principal":{"AWS":"${shop.arn}"},"Action":"sqs:SendMessage","Resource":"${QUEUE_ARN}"} to the policy of ${QUEUE_ARN}`,
    );
    assert.equal(source, "components/orders.ts:3, made at index.ts:7");
  });

  it("asks for the endpoint where the network is in the way", () => {
    const { reason, remedy, source } = denied({ isInVpc: true });
    assert.equal(reason, "the VPC has no endpoint for com.amazonaws.eu-west-1.sqs");
    assert.equal(remedy, "a VPC endpoint for com.amazonaws.eu-west-1.sqs");
    assert.equal(source, "components/vpc.ts:6, made at index.ts:7");
  });

  it("is four lines for people", () => {
    assert.deepEqual(deniedLines([denied({ isInVpc: true })]), [
      `${SESSION_ARN} called sqs:ReceiveMessage on ${QUEUE_ARN}`,
      "    refused: the VPC has no endpoint for com.amazonaws.eu-west-1.sqs",
      "    add:     a VPC endpoint for com.amazonaws.eu-west-1.sqs",
      "    in:      components/vpc.ts:6, made at index.ts:7",
    ]);
  });
});
