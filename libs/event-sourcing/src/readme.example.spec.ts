import { readFile } from 'node:fs/promises';
import { expect, it } from '@jest/globals';
import { CommandBus, QueryBus } from '@nestjs/cqrs';
import { Test } from '@nestjs/testing';
import { AppModule, BuySeat, ListGuests, SeatSold, SeatTaken, show } from './readme.example.js';

it('the example of the README does what it says', async () => {
  const app = await Test.createTestingModule({ imports: [AppModule] }).compile();
  app.useLogger(false);
  await app.init();
  try {
    const commands = app.get(CommandBus, { strict: false });
    const buy = (seat: string, to: string) => commands.execute(new BuySeat({ showId: 'hamlet', seat, to }));
    expect(await buy('1A', 'ada')).toEqual({ sold: 1 });
    expect(await buy('1A', 'ada')).toEqual({ sold: 1 });
    await expect(buy('1A', 'bob')).rejects.toBeInstanceOf(SeatTaken);
    const settled = await Promise.allSettled(['cy', 'di', 'eve'].map((to) => buy('1B', to)));
    expect(settled.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected', 'rejected']);
    const guests = await app.get(QueryBus, { strict: false }).execute(new ListGuests({}));
    expect(guests.map(({ seats }) => seats)).toEqual([1, 1]);
  } finally {
    await app.close();
  }
});

it('what was decided needs no database to be looked at', () => {
  const state = show.evolve(show.initial(), new SeatSold({ showId: 'hamlet', seat: '1A', to: 'ada' }));
  expect(() => show.decide(state, { seat: '1A', to: 'bob' }, 'hamlet')).toThrow(SeatTaken);
});

it('is the code that is tested here', async () => {
  const [readme, example] = await Promise.all(
    ['../README.md', './readme.example.ts'].map((path) => readFile(new URL(path, import.meta.url), 'utf8')),
  );
  expect(readme).toContain(`\`\`\`ts\n${example}\`\`\``);
});
