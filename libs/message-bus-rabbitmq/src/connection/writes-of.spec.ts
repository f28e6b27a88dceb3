import { existsSync, readFileSync } from 'node:fs';
import { Socket } from 'node:net';
import { describe, expect, it } from '@jest/globals';
import { z } from 'zod';
import { driverVersion } from './driver-version.js';
import { Writes } from './writes.js';
import { KNOWN_AMQPLIB, writesOf } from './writes-of.js';

const connection = (): object => ({
  stream: new Socket(),
  channels: [null],
  frameMax: 4_096,
  sentSinceLastCheck: false,
  sendMessage: () => true,
  sendMethod: () => true,
});

describe('the driver', () => {
  it('that is installed, and that the manifest wants, is the one whose inside is known', () => {
    const manifest: unknown = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8'));
    const { dependencies } = z.object({ dependencies: z.object({ amqplib: z.string() }) }).parse(manifest);
    expect([dependencies.amqplib, driverVersion()]).toEqual([KNOWN_AMQPLIB, KNOWN_AMQPLIB]);
    expect(writesOf(connection(), driverVersion()).byDriver).toBeUndefined();
  });

  it('is entered by a spec that is there', () => {
    const source = readFileSync(new URL('writes-of.ts', import.meta.url), 'utf8');
    const named = [...source.matchAll(/`([^`]+\.spec\.ts)`/g)].map(([, spec]) => String(spec));
    expect(named).toHaveLength(1);
    expect(named.filter((spec) => !existsSync(new URL(spec, import.meta.url)))).toEqual([]);
  });

  it.each([
    ['of another version', '2.99.0', `amqplib 2.99.0 is not the version that direct writes know, ${KNOWN_AMQPLIB}`],
    [
      'of a version that nobody can tell',
      undefined,
      `the version of amqplib can't be read; direct writes know ${KNOWN_AMQPLIB}`,
    ],
  ])('%s writes by itself, and nothing of it is changed', (_, version, why) => {
    const given = connection();
    const before = Object.entries(given);
    const writes = writesOf(given, version);
    writes.begin();
    expect(writes.byDriver).toBe(why);
    expect(Object.entries(given)).toEqual(before);
  });

  it.each(['stream', 'channels', 'frameMax', 'sentSinceLastCheck', 'sendMessage', 'sendMethod'])(
    'whose connections have no %s writes by itself',
    (name) => {
      expect(writesOf({ ...connection(), [name]: undefined }, KNOWN_AMQPLIB).byDriver).toBe(
        `a connection of amqplib ${KNOWN_AMQPLIB} has no ${name}`,
      );
    },
  );
});

describe('how messages are written', () => {
  const toldOf = (version: string | undefined, connections: number): { lines: readonly string[]; writes: Writes } => {
    const lines: string[] = [];
    const writes = new Writes(version, (line, error) => void lines.push(`${line}: ${String(error)}`));
    for (let count = 0; count < connections; count += 1) writes.on(connection());
    return { lines, writes };
  };

  it('is told without a word where it is direct', () => {
    expect(toldOf(KNOWN_AMQPLIB, 0).writes.seen).toBe('no connection yet');
    const { lines, writes } = toldOf(KNOWN_AMQPLIB, 2);
    expect([lines, writes.seen]).toEqual([[], 'written directly']);
  });

  it('is told once, with the reason, where it is the driver', () => {
    const { lines, writes } = toldOf('2.99.0', 3);
    const why = `amqplib 2.99.0 is not the version that direct writes know, ${KNOWN_AMQPLIB}`;
    expect(lines).toEqual([`messages are written by the driver, which costs processor time: Error: ${why}`]);
    expect(writes.seen).toBe(`written by the driver: ${why}`);
  });
});
