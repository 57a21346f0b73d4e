/** What a producer sends: a message body for a topic's queue. */
export interface ProducerEvent {
  topic: string;
  body: string;
}
