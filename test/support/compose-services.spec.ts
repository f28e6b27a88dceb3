import { expect, test } from '@jest/globals';
import { readFileSync } from 'node:fs';
import { load } from 'js-yaml';
import { z } from 'zod';

const FILE = 'scripts/services/compose.yml';
const STARTER = 'scripts/services/compose.ts';

const service = z.strictObject({
  image: z.string(),
  command: z.array(z.string()).optional(),
  hostname: z.string().optional(),
  environment: z.record(z.string(), z.string()),
  ports: z.array(z.string()),
  healthcheck: z.strictObject({
    test: z.array(z.string()).min(2),
    interval: z.string(),
    timeout: z.string(),
    retries: z.int().min(10),
  }),
});
const { services } = z
  .strictObject({ services: z.strictObject({ postgres: service, rabbitmq: service }) })
  .parse(load(readFileSync(FILE, 'utf8')));

test('the servers in containers are reached on this machine only, on ports that the script chooses', () => {
  const all = [...services.postgres.ports, ...services.rabbitmq.ports];
  expect(all).toHaveLength(3);
  for (const port of all) expect(port).toMatch(/^127\.0\.0\.1:\$\{ISOLITH_SERVICES_\w+_PORT:\?\}:(5432|5672|15672)$/);
});

test('every variable of the file is one that the script sets, and the other way round', () => {
  const names = (file: string): readonly string[] =>
    [...new Set(readFileSync(file, 'utf8').match(/ISOLITH_SERVICES_\w+/g))].sort();
  expect(names(FILE)).toEqual(names(STARTER));
  expect(names(FILE)).toHaveLength(6);
});

test('they are the versions that production runs, which one file says (fault 50)', () => {
  expect(services.postgres.image).toBe('${ISOLITH_SERVICES_POSTGRESQL_IMAGE:?}');
  // The tests ask the broker by its management interface, which the same version comes with.
  expect(services.rabbitmq.image).toBe('${ISOLITH_SERVICES_RABBITMQ_IMAGE:?}-management');
  const said = [FILE, STARTER, 'docker-compose.yml'].map((file) => [
    file,
    readFileSync(file, 'utf8').match(/(?<=image: )(?:postgres|rabbitmq):\d[\w.-]*/g) ?? [],
  ]);
  expect(said).toEqual([
    [FILE, []],
    [STARTER, []],
    ['docker-compose.yml', [expect.stringMatching(/^postgres:\d/), expect.stringMatching(/^rabbitmq:\d/)]],
  ]);
});

test('they take as many connections as the tests do', () => {
  expect(services.postgres.command).toContain('max_connections=300');
});
