import { z } from 'zod';
import type { FaultKind, FaultRates } from './fault-plan.js';

/** A fault that happened. */
export interface InjectedFault {
  readonly kind: FaultKind;
  /** Where the message was going: `orders.requests`, `notifications.order-mails`. */
  readonly address: string;
  readonly type: string;
  readonly id: string;
  /** The first one is 1. */
  readonly attempt: number;
}

/** Which faults a transport meets, how often, and by which seed they are drawn. */
export interface FaultOptions {
  /** Any whole number. With the same seed the same attempts of the same messages meet the same faults. */
  readonly seed: number;
  /** What is not named does not happen. Without any: `gentleRates`. */
  readonly rates?: Partial<FaultRates>;
  /** In milliseconds, up to 60,000; default 20. */
  readonly longestDelayMs?: number;
  /** How long nobody notices that who took a request has crashed, in milliseconds, up to 60,000; default 100. */
  readonly silenceMs?: number;
  /** Told of each fault when it happens. */
  readonly onFault?: (fault: InjectedFault) => void;
}

/** Each fault often enough to be met in a test suite, and rarely enough that asking again always succeeds soon. */
export const gentleRates: FaultRates = {
  delay: 0.2,
  reorder: 0.1,
  duplicate: 0.1,
  lostReply: 0.05,
  crash: 0.02,
  undelivered: 0.03,
};

const rate = z.number().min(0).max(1).default(0);
const milliseconds = z.int().min(0).max(60_000);

const schema = z.object({
  seed: z.int(),
  rates: z
    .strictObject({ delay: rate, reorder: rate, duplicate: rate, lostReply: rate, crash: rate, undelivered: rate })
    .refine(
      ({ lostReply, crash, undelivered }) => lostReply + crash + undelivered <= 1,
      'lostReply, crash and undelivered are more than 1 together',
    )
    .default(gentleRates),
  longestDelayMs: milliseconds.default(20),
  silenceMs: milliseconds.default(100),
});

export type CheckedFaultOptions = z.output<typeof schema>;

/** Throws a RangeError that names each option that is wrong. */
export function checkedFaultOptions(options: FaultOptions): CheckedFaultOptions {
  const { data, error } = schema.safeParse(options);
  if (data !== undefined) return data;
  throw new RangeError(
    `faultyTransport: ${error.issues.map(({ path, message }) => `${path.join('.')}: ${message}`).join('; ')}`,
  );
}
