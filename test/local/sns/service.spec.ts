import assert from "node:assert/strict";
import {
  InvalidParameterException,
  InvalidParameterValueException,
  ListTopicsCommand,
  NotFoundException,
  PublishCommand,
  SNSClient,
  type SNSServiceException,
} from "@aws-sdk/client-sns";
import { type Gateway, openGateway } from "../../../local/api/gateway.ts";
import { FUNCTION_ARN, newSns, subscription, TOPIC_ARN } from "./fixtures.ts";

describe("SNS through the AWS SDK", () => {
  let gateway: Gateway;
  let client: SNSClient;
  let topic: ReturnType<typeof newSns>;

  before(async () => {
    gateway = await openGateway();
    client = new SNSClient({
      region: "eu-west-1",
      endpoint: gateway.endpoint,
      credentials: { accessKeyId: "local", secretAccessKey: "local" },
      maxAttempts: 1,
    });
  });

  beforeEach(() => {
    topic = newSns(subscription("lambda", FUNCTION_ARN));
    gateway.attach([topic.sns]);
  });

  after(async () => {
    client.destroy();
    await gateway.close();
  });

  it("publishes a message unharmed, and answers its id", async () => {
    const Message = '{"text":"Zoë 🚀 + 100 % & <b>\\n","n":12345678901234567890}';
    const { MessageId } = await client.send(
      new PublishCommand({
        TopicArn: TOPIC_ARN,
        Subject: "Störung & mehr",
        Message,
        MessageAttributes: {
          kind: { DataType: "String", StringValue: "a&b=c" },
          raw: { DataType: "Binary", BinaryValue: Uint8Array.from([0, 255]) },
        },
      }),
    );
    const [publication] = topic.sns.published(TOPIC_ARN);
    assert.deepEqual(
      { ...publication },
      {
        messageId: MessageId,
        at: topic.clock.now(),
        subject: "Störung & mehr",
        message: Message,
        attributes: { kind: { type: "String", value: "a&b=c" }, raw: { type: "Binary", value: "AP8=" } },
      },
    );
    assert.equal(topic.invoked.length, 1);
  });

  it("publishes each of many messages at once", async () => {
    const answers = await Promise.all(
      Array.from({ length: 50 }, (_, index) =>
        client.send(new PublishCommand({ TopicArn: TOPIC_ARN, Message: String(index) })),
      ),
    );
    assert.equal(new Set(answers.map(({ MessageId }) => MessageId)).size, 50);
    assert.equal(topic.sns.published(TOPIC_ARN).length, 50);
  });

  it("takes the largest message", async () => {
    await client.send(new PublishCommand({ TopicArn: TOPIC_ARN, Message: "%".repeat(262_144) }));
    assert.equal(topic.sns.published(TOPIC_ARN)[0]?.message.length, 262_144);
  });

  const Message = "m";
  const refused: [
    title: string,
    input: ConstructorParameters<typeof PublishCommand>[0],
    error: new (...args: never[]) => SNSServiceException,
    status: number,
  ][] = [
    ["a topic that does not exist", { TopicArn: `${TOPIC_ARN}-gone`, Message }, NotFoundException, 404],
    ["no topic", { Message }, InvalidParameterException, 400],
    ["a name in place of an ARN", { TopicArn: "alerts<&>\u0001", Message }, InvalidParameterException, 400],
    ["no message", { TopicArn: TOPIC_ARN, Message: "" }, InvalidParameterException, 400],
    ["too large a message", { TopicArn: TOPIC_ARN, Message: "m".repeat(262_145) }, InvalidParameterException, 400],
    ["a phone number", { PhoneNumber: "+49123", Message }, InvalidParameterException, 400],
    [
      "messages by protocol",
      { TopicArn: TOPIC_ARN, Message: '{"default":"m"}', MessageStructure: "json" },
      InvalidParameterException,
      400,
    ],
    ["a FIFO topic's group", { TopicArn: TOPIC_ARN, Message, MessageGroupId: "g" }, InvalidParameterException, 400],
    [
      "an attribute whose value is of another type",
      { TopicArn: TOPIC_ARN, Message, MessageAttributes: { a: { DataType: "Binary", StringValue: "v" } } },
      InvalidParameterValueException,
      400,
    ],
    [
      "an attribute of two values",
      {
        TopicArn: TOPIC_ARN,
        Message,
        MessageAttributes: { a: { DataType: "String", StringValue: "v", BinaryValue: Uint8Array.from([1]) } },
      },
      InvalidParameterValueException,
      400,
    ],
  ];
  for (const [title, input, expected, status] of refused) {
    it(`refuses ${title}`, async () => {
      await assert.rejects(client.send(new PublishCommand(input)), (error: SNSServiceException) => {
        assert.ok(error instanceof expected, String(error));
        assert.equal(error.$metadata.httpStatusCode, status);
        assert.equal(error.$fault, "client");
        assert.ok(error.message.length > 0 && error.$metadata.requestId);
        return true;
      });
      assert.deepEqual(topic.invoked, []);
    });
  }

  it("refuses what it cannot do, by name", async () => {
    await assert.rejects(client.send(new ListTopicsCommand({})), {
      name: "InvalidAction",
      message: `The local cloud's SNS has no action "ListTopics"; it has: Publish`,
    });
  });

  it("answers a body that is no form as an error", async () => {
    for (const body of ["", "{}", "%%%", "<xml/>", "Action"]) {
      const { status, body: answer } = await topic.sns.handle({ body });
      assert.equal(status, 400);
      assert.match(answer, /^<ErrorResponse .*<Code>InvalidAction<\/Code>.*<\/ErrorResponse>$/);
    }
  });

  it("refuses an attribute that is given twice", async () => {
    const entry = (index: number) => ({
      [`MessageAttributes.entry.${index}.Name`]: "a",
      [`MessageAttributes.entry.${index}.Value.DataType`]: "String",
      [`MessageAttributes.entry.${index}.Value.StringValue`]: "v",
    });
    const form = new URLSearchParams({ Action: "Publish", TopicArn: TOPIC_ARN, Message, ...entry(1), ...entry(2) });
    const { body } = await topic.sns.handle({ body: form.toString() });
    assert.match(body, /<Code>ParameterValueInvalid<\/Code>.*given twice/);
  });
});
