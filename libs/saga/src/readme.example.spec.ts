import { readFile } from 'node:fs/promises';
import { expect, it } from '@jest/globals';
import { CommandBus } from '@nestjs/cqrs';
import { Test } from '@nestjs/testing';
import { SagaStatus } from './nest/index.js';
import { AppModule, BookTrip, taken } from './readme.example.js';

it('the example of the README does what it says', async () => {
  const app = await Test.createTestingModule({ imports: [AppModule] }).compile();
  app.useLogger(false);
  await app.init();
  try {
    const status = app.get(SagaStatus, { strict: false });
    const book = async (tripId: string): Promise<string> => {
      await app.get(CommandBus, { strict: false }).execute(new BookTrip({ tripId }));
      for (;;) {
        const [found] = await status.list('trips', { id: tripId }, 1);
        if (found?.status === 'completed' || found?.status === 'compensated') return found.status;
      }
    };
    expect([await book('lisbon'), await book('too-dear')]).toEqual(['completed', 'compensated']);
    expect([...taken]).toEqual(['lisbon']);
    expect(await status.timeline('trips', 'trips.booking', 'too-dear')).toMatchObject([
      { what: 'begun' },
      { what: 'take-seat done' },
      { what: 'charge failed: card-refused' },
      { what: 'take-seat compensated' },
    ]);
  } finally {
    await app.close();
  }
});

it.each(['readme.example.ts', 'readme.testing.example.spec.ts'])('the README shows what runs: %s', async (file) => {
  const [readme, example] = await Promise.all(
    ['../README.md', `./${file}`].map((path) => readFile(new URL(path, import.meta.url), 'utf8')),
  );
  expect(readme).toContain(`\`\`\`ts\n${example}\`\`\``);
});
