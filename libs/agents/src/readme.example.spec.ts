import { readFile } from 'node:fs/promises';
import { expect, it } from '@jest/globals';
import { AgentRuns, type RunView } from '@isolith/agents';
import { runAs, withOptions } from '@isolith/message-bus';
import { until } from '@isolith/message-bus/testing';
import { CommandBus } from '@nestjs/cqrs';
import { Test } from '@nestjs/testing';
import { AppModule, AskClerk, taken } from './readme.example.js';

const ada = { service: 'gateway', user: 'ada', roles: ['traveller'] };

it('the example of the README does what it says', async () => {
  const app = await Test.createTestingModule({ imports: [AppModule] }).compile();
  app.useLogger(false);
  await app.init();
  try {
    const runs = app.get(AgentRuns, { strict: false });
    const reached = async (status: RunView['status']): Promise<RunView> => {
      let view: RunView | undefined;
      await until(async () => (view = await runs.view('talk-1', 'ada'))?.status === status);
      if (view === undefined) throw new Error('there is no such run');
      return view;
    };
    const asks = withOptions(new AskClerk({ talk: 'talk-1', text: '12A, please.' }), { principal: ada });
    await runAs('gateway', () => app.get(CommandBus, { strict: false }).execute(asks));
    const [waits] = (await reached('waiting')).approvals;
    expect(waits).toMatchObject({ tool: 'seats_take-seat', input: { seat: '12A' } });
    expect([...taken]).toEqual([]);
    const decide = (who: string) =>
      runAs('desk', () => runs.decide('talk-1', who, waits?.id ?? '', { approved: true }));
    expect(await decide('eve')).toBe('not-found');
    expect(await decide('ada')).toBe('decided');
    expect(await reached('resting')).toMatchObject({ end: { why: 'answered' }, turns: 3 });
    expect([...taken]).toEqual([['12A', 'ada']]);
  } finally {
    await app.close();
  }
});

it('the README shows what runs', async () => {
  const [readme, example] = await Promise.all(
    ['../README.md', './readme.example.ts'].map((path) => readFile(new URL(path, import.meta.url), 'utf8')),
  );
  expect(readme).toContain(`\`\`\`ts\n${example}\`\`\``);
});
