import { randomUUID } from 'node:crypto';
import { existsSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { Beside } from '../../scripts/beside.js';
import { at } from '../../scripts/paths.mjs';
import { run, StepEnded, StepFailed } from '../../scripts/steps.mjs';
import { inTurn } from '../../scripts/turn.mjs';

let queue: string;
let held: string;
beforeEach(() => {
  queue = `spec-${randomUUID()}`;
  held = at('.isolith', `${queue}.pid`);
  mkdirSync(at('.isolith'), { recursive: true });
  // This process lives, so the turn is taken until the file is gone.
  writeFileSync(held, String(process.pid));
});
afterEach(() => rmSync(held, { force: true }));

describe('a step beside others', () => {
  it('does not wait for a turn that it will not use', async () => {
    let began = false;
    const step = new Beside((ending) => inTurn('spec', async () => void (began = true), queue, ending));
    expect(await step.end()).toBeUndefined();
    expect([began, existsSync(held), existsSync(`${held}.${process.pid}`)]).toEqual([false, true, false]);
    await expect(step.result).rejects.toBeInstanceOf(StepFailed);
  });

  it('that is ended before it asks for its turn does not take it', async () => {
    rmSync(held);
    const ended = AbortSignal.abort();
    await expect(inTurn('spec', async () => 'done', queue, ended)).rejects.toThrow('spec failed: ended');
    expect(existsSync(held)).toBe(false);
  });

  it('that is ended with its tool has not failed', async () => {
    const hangs = ['-e', 'setInterval(() => undefined, 1_000)'];
    const step = new Beside((ending) => run('spec', process.execPath, hangs, { beside: ending }));
    expect(await step.end()).toBeUndefined();
  });

  it('has failed when its tool had before it was ended', async () => {
    const step = new Beside((ending) =>
      run('spec', process.execPath, ['-e', "console.log('wrong type'); process.exit(2)"], { beside: ending }),
    );
    await step.result.catch(() => undefined);
    expect(await step.end()).toMatchObject({ message: 'spec failed: exit code 2', output: 'wrong type\n' });
  });

  it('has failed when its result says so', async () => {
    const wrong = new StepFailed('spec', 'exit code 1');
    const ends = (failure: unknown): Promise<unknown> =>
      new Beside(
        async () => ({ failure }),
        (result) => result.failure,
      ).end();
    expect(await Promise.all([wrong, undefined, new StepEnded('spec')].map(ends))).toEqual([
      wrong,
      undefined,
      undefined,
    ]);
  });

  it('has failed when its own ending went wrong', async () => {
    const broken = new Error('the servers could not be stopped');
    const step = new Beside(async (ending) => {
      await new Promise((resolve) => ending.addEventListener('abort', resolve));
      throw broken;
    });
    expect(await step.end()).toBe(broken);
  });
});
