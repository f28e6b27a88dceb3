import { noFallback, resilience } from '@isolith/resilience';

export class CardDeclined extends Error {}

export const provider = resilience('payment-provider', {
  retry: { attempts: 3, initialDelayMs: 100, maxDelayMs: 1_000 },
  breaker: { failureThreshold: 5, successThreshold: 3, openMs: 30_000 },
  bulkhead: { concurrency: 10, queue: 50 },
  timeoutMs: 2_000,
  isAnswer: (error) => error instanceof CardDeclined,
  fallback: noFallback('nothing can stand in for a charge: the checkout compensates'),
});

export function charge(url: string, orderId: string, deadline: number): Promise<string> {
  return provider.run(
    async (signal) => {
      const response = await fetch(url, { method: 'POST', headers: { 'idempotency-key': orderId }, signal });
      if (response.status === 402) throw new CardDeclined();
      if (!response.ok) throw new Error(`the provider answered ${response.status}`);
      return response.text();
    },
    { deadline },
  );
}
