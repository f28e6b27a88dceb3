import { z } from 'zod';
import { brokerAddresses } from './broker-address.js';

/** Told of what a person should know about; the line never holds a secret. */
export type ProblemSink = (line: string, error: unknown) => void;

/** Where the broker is, how this host is called there, and its bounds. */
export interface RabbitMqOptions {
  /**
   * `amqp://user:password@host:port/vhost` or `amqps://…`; several nodes of one cluster with commas between, tried in
   * turn. A comma in a password is written `%2C`.
   */
  readonly url: string;
  /** The host's service name; connections carry it. */
  readonly name: string;
  /** Deliveries that one listener may have in hand, 1 to 2,000; default 256. It is `capabilities.maxInFlight`. */
  readonly prefetch?: number;
  /** Messages of a sender that the broker has not confirmed yet, at most; default 256. */
  readonly confirmWindow?: number;
  /** Messages that wait for the window, and requests that wait for an answer, at most; default 10,000 each. */
  readonly maxWaiting?: number;
  /**
   * When the broker confirms nothing for this long, what waits is refused with OverloadedError; milliseconds, default
   * 5,000.
   */
  readonly patienceMs?: number;
  readonly onProblem?: ProblemSink;
}

const count = (most: number, byDefault: number) => z.int().min(1).max(most).default(byDefault);

const schema = z.object({
  url: z.string().check((context) => {
    try {
      brokerAddresses(context.value);
    } catch (error) {
      context.issues.push({ code: 'custom', message: error instanceof Error ? error.message : '', input: '' });
    }
  }),
  name: z.string().min(1).max(200),
  prefetch: count(2_000, 256),
  confirmWindow: count(10_000, 256),
  maxWaiting: count(1_000_000, 10_000),
  patienceMs: count(600_000, 5_000),
});

export type TransportSettings = z.output<typeof schema>;

/** Throws a TypeError that names every option that is wrong, never the URL itself: it holds a password. */
export function settingsOf({ onProblem: _, ...options }: RabbitMqOptions): TransportSettings {
  const parsed = schema.safeParse(options);
  if (parsed.success) return parsed.data;
  throw new TypeError(parsed.error.issues.map(({ path, message }) => `${path.join('.')}: ${message}`).join('; '));
}
