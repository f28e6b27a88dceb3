import { expect, test } from '@jest/globals';
import { readFileSync } from 'node:fs';
import { load } from 'js-yaml';
import { z } from 'zod';

const FILE = 'scripts/services/compose.yml';
const STARTER = 'scripts/services/compose.mjs';

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
  expect(names(FILE)).toHaveLength(4);
});

test('they are the versions that production is meant for, with as many connections as the tests take', () => {
  expect(services.postgres.image).toMatch(/^postgres:(1[7-9]|[2-9]\d)\b/);
  expect(services.rabbitmq.image).toMatch(/^rabbitmq:4\b.*management/);
  expect(services.postgres.command).toContain('max_connections=300');
});
