import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { HandlerError } from '@isolith/contracts';
import { NoOpenUnitError } from '@isolith/message-bus';
import { nobody, openContext, type ContextUnderTest } from '@isolith/testing';
import { AddTask, GetTask, tasks } from './tasks/tasks.contract.js';
import { Tasks, TasksModule } from './tasks/tasks.module.js';

let opened: ContextUnderTest;
beforeAll(async () => void (opened = await openContext(tasks, { module: TasksModule })));
afterAll(() => opened.close());

const stepsOf = async (id: string): Promise<readonly string[]> => (await opened.ask(new GetTask({ id }), nobody)).steps;

describe('the guide to other mappers', () => {
  it('shows the code that is tested here', () => {
    const guide = readFileSync(join(import.meta.dirname, '..', '..', 'docs', 'guides', 'mappers.md'), 'utf8');
    for (const file of ['tasks.contract.ts', 'tasks.module.ts']) {
      const code = readFileSync(join(import.meta.dirname, 'tasks', file), 'utf8');
      expect(guide).toContain(`\`\`\`ts\n${code}\`\`\``);
    }
  });

  it('has row, event and reply be there together, once', async () => {
    const before = Date.now();
    for (let nth = 0; nth < 2; nth += 1)
      await opened.send(new AddTask({ id: 'wash', steps: ['soak', 'rinse'] }), nobody, { id: 'twice' });
    const { steps, added } = await opened.ask(new GetTask({ id: 'wash' }), nobody);
    expect(steps).toEqual(['soak', 'rinse']);
    // Of the database's clock; what matters is that it was read as a date at all.
    expect(Math.abs(Date.parse(added) - before)).toBeLessThan(60_000);
    expect(await opened.recorded('wash')).toEqual([{ type: 'tasks.task-added', data: { id: 'wash' } }]);
  });

  it('has neither stay when the unit is rolled back', async () => {
    await expect(opened.send(new AddTask({ id: 'idle', steps: [] }), nobody)).rejects.toBeInstanceOf(HandlerError);
    expect([await stepsOf('idle'), await opened.recorded('idle')]).toEqual([[], []]);
  });

  it('refuses to write outside of a unit, and nothing is there', async () => {
    await expect(opened.run(() => opened.get(Tasks).add('beside', ['x']))).rejects.toMatchObject({
      cause: expect.any(NoOpenUnitError),
    });
    expect(await stepsOf('beside')).toEqual([]);
  });
});
