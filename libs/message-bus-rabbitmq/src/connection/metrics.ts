/** Counts since the transport was made. All are numbers of messages unless they say otherwise. */
export interface RabbitMqMetrics {
  published: number;
  confirmed: number;
  /** Came back because no queue was there. */
  returned: number;
  /** Refused by the broker: a full queue. */
  nacked: number;
  /** Neither confirmed nor refused when the channel was lost. */
  unconfirmedLost: number;
  requests: number;
  answered: number;
  /** Requests whose caller gave up, or whose channel was lost, before there was an answer. */
  unanswered: number;
  /** Answers for whom nobody waits any more. */
  lateAnswers: number;
  delivered: number;
  redelivered: number;
  /** Requests that arrived after their deadline; the listener refuses them. What the broker expires is never seen. */
  expired: number;
  /** Deliveries that their listener rejected. */
  rejected: number;
  /** Bytes that are no envelope: set aside on a subscription, refused elsewhere. */
  malformed: number;
  /** Of what was set aside: kept by the consumer that it was meant for. */
  collected: number;
  /** Taken from the broker and given back without having been started. */
  handedBack: number;
  /** Connections, and channels, that were lost. */
  connectionsLost: number;
  channelsLost: number;
  confirmSeconds: { count: number; sum: number; max: number };
}

export function newMetrics(): RabbitMqMetrics {
  return {
    published: 0,
    confirmed: 0,
    returned: 0,
    nacked: 0,
    unconfirmedLost: 0,
    requests: 0,
    answered: 0,
    unanswered: 0,
    lateAnswers: 0,
    delivered: 0,
    redelivered: 0,
    expired: 0,
    rejected: 0,
    malformed: 0,
    collected: 0,
    handedBack: 0,
    connectionsLost: 0,
    channelsLost: 0,
    confirmSeconds: { count: 0, sum: 0, max: 0 },
  };
}
