import { describe, expect, it } from '@jest/globals';
import { CountedAttention } from './attention.js';

function counted() {
  let now = 0;
  let asked = 0;
  const ask = {
    contexts: () => ['orders', 'users', 'gone'],
    all: async <A, T>(
      contexts: readonly string[],
      question: (context: string) => unknown,
      items: (answer: A, context: string) => readonly T[],
    ) => {
      asked += 1;
      expect(question('orders')).toMatchObject({});
      const answers: A[] = JSON.parse('[{"sagas":1,"parked":2,"waiting":3},{"sagas":10,"parked":20,"waiting":30}]');
      await Promise.resolve();
      return {
        items: answers.flatMap((answer, n) => items(answer, contexts[n] ?? '')),
        unreachable: [{ context: 'gone', reason: 'nobody is there' }],
      };
    },
  };
  return { attention: new CountedAttention(ask, () => now), asked: () => asked, after: (ms: number) => (now += ms) };
}

describe('what waits for operators', () => {
  it('is added up over all contexts, with who gave no answer', async () => {
    const { attention } = counted();
    await attention.refresh();
    expect(attention.last).toEqual({ sagas: 11, parked: 22, waiting: 33, unreachable: ['gone'] });
  });

  it('is counted every five seconds, however many look', async () => {
    const { attention, asked, after } = counted();
    await Promise.all([attention.refresh(), attention.refresh()]);
    after(4_999);
    await attention.refresh();
    expect(asked()).toBe(1);
    after(1);
    await attention.refresh();
    expect(asked()).toBe(2);
  });
});
