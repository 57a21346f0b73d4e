import { AwsError } from "../api/errors.ts";
import type { HttpAnswer, RawRequest, RawService } from "../api/gateway.ts";
import type { TopicConfiguration } from "./configuration.ts";
import { topicNotFound } from "./errors.ts";
import type { Message } from "./message.ts";
import type { Publication } from "./notification.ts";
import { readPublish } from "./publish-request.ts";
import { errorAnswer, resultAnswer } from "./query.ts";
import { Topic, type TopicServices } from "./topic.ts";

/**
 * SNS with the topics of one stack, in its query protocol. Topics and subscriptions are made by the program, not by a
 * call: of SNS's actions there is Publish.
 */
export class SnsService implements RawService {
  readonly name = "sns";
  readonly #topics: ReadonlyMap<string, Topic>;

  constructor(configurations: readonly TopicConfiguration[], services: TopicServices) {
    this.#topics = new Map(
      configurations.map((configuration) => [configuration.arn, new Topic(configuration, services)]),
    );
  }

  async handle({ body }: Pick<RawRequest, "body">): Promise<HttpAnswer> {
    try {
      return this.#answer(new URLSearchParams(body));
    } catch (error) {
      if (error instanceof AwsError) return errorAnswer(error);
      throw error;
    }
  }

  /**
   * For publishers within the process.
   *
   * @returns The message's id.
   * @throws AwsError `NotFound`, `InvalidParameter`, `ParameterValueInvalid`
   */
  publish(topicArn: string, message: Message): string {
    return this.#topic(topicArn).publish(message);
  }

  /**
   * What was published to a topic, oldest first, and no more than the last thousand.
   *
   * @throws AwsError `NotFound`
   */
  published(topicArn: string): readonly Publication[] {
    return this.#topic(topicArn).publications;
  }

  #answer(parameters: URLSearchParams): HttpAnswer {
    const action = parameters.get("Action") ?? "";
    if (action !== "Publish") {
      throw new AwsError("InvalidAction", `The local cloud's SNS has no action "${action}"; it has: Publish`);
    }
    const { topicArn, message } = readPublish(parameters);
    return resultAnswer(action, { MessageId: this.publish(topicArn, message) });
  }

  #topic(arn: string): Topic {
    const topic = this.#topics.get(arn);
    if (topic === undefined) throw topicNotFound();
    return topic;
  }
}
