/**
 * How what the channels of one connection publish and acknowledge gets to its socket. Implementers owe: the frames of a
 * channel leave in the order of the calls, each whole; a channel that is closing refuses; a full socket is told as
 * amqplib tells it. Not their job: confirms, what is in a message, methods of other kinds.
 */
export interface ConnectionWrites {
  /** Why the driver writes them, in a clause for people; undefined where they are written directly. */
  readonly byDriver: string | undefined;
  /** Called once, before the connection has a channel. */
  begin(): void;
}
