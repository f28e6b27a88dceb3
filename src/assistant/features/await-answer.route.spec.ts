import { describe, expect, it } from '@jest/globals';
import { answered, asked, ended, seen } from '../testing/entries.js';
import { awaitAnswer } from './await-answer.route.js';
import type { SeenEntries } from './entry-events.route.js';

const never = new AbortController().signal;

/** Answers each look with the next of them, and goes on with the last; remembers behind what it was asked. */
function looking(...answers: readonly SeenEntries[]) {
  const looks: (readonly [after: number, waitMs: number])[] = [];
  const look = async (after: number, waitMs: number): Promise<SeenEntries> => {
    looks.push([after, waitMs]);
    return answers[Math.min(looks.length, answers.length) - 1] ?? seen('resting', []);
  };
  return { look, looks };
}

describe('waiting for an answer', () => {
  it('ends with the look that sees the assistant at nothing any more, with what it said last', async () => {
    const { look, looks } = looking(
      seen('moving', [asked(2)], 2),
      seen('moving', [answered(3, 'Let me see.'), asked(4)], 4),
      seen('resting', [answered(5, 'It is on its way.'), ended(6)], 6),
    );
    await expect(awaitAnswer(look, 1, never)).resolves.toEqual({
      status: 'resting',
      seq: 6,
      text: 'It is on its way.',
    });
    expect(looks).toEqual([
      [1, 0],
      [2, 2_000],
      [4, 2_000],
    ]);
  });

  it('goes on where it rests behind entries that were not seen yet', async () => {
    const { look } = looking(seen('resting', [answered(3, 'First.')], 5), seen('resting', [answered(5, 'Last.')], 5));
    await expect(awaitAnswer(look, 1, never)).resolves.toMatchObject({ seq: 5, text: 'Last.' });
  });

  it('ends where a person has to decide', async () => {
    const { look } = looking(seen('waiting', [answered(3, 'Shall I?')], 3));
    await expect(awaitAnswer(look, 1, never)).resolves.toEqual({ status: 'waiting', seq: 3, text: 'Shall I?' });
  });

  it('does not take asking for tools for an answer', async () => {
    const { look } = looking(seen('resting', [answered(3, ''), ended(4)], 4));
    await expect(awaitAnswer(look, 1, never)).resolves.toMatchObject({ text: undefined });
  });

  it('ends with one look when nobody waits any more', async () => {
    const { look, looks } = looking(seen('moving', [], 1));
    await expect(awaitAnswer(look, 1, AbortSignal.abort())).resolves.toMatchObject({ status: 'moving' });
    expect(looks).toHaveLength(1);
  });

  it('passes on what looking throws', async () => {
    await expect(awaitAnswer(() => Promise.reject(new Error('gone')), 1, never)).rejects.toThrow('gone');
  });
});
