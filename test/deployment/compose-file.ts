import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { load, YAML11_SCHEMA } from 'js-yaml';
import { z } from 'zod';

const ROOT = join(import.meta.dirname, '..', '..');
const COMPOSE_FILE = join(ROOT, 'docker-compose.yml');

/** What the tests ask of a service; other keys may be there. */
const service = z.object({
  image: z.string(),
  build: z.string().optional(),
  command: z.array(z.string()).optional(),
  pull_policy: z.string().optional(),
  user: z.string().optional(),
  privileged: z.boolean().optional(),
  init: z.boolean().optional(),
  environment: z.record(z.string(), z.string()).default({}),
  ports: z.array(z.string()).default([]),
  volumes: z.array(z.string()).default([]),
  depends_on: z.record(z.string(), z.object({ condition: z.string() })).default({}),
  healthcheck: z
    // Strict: a key that some engines refuse keeps the whole file from being read there.
    .strictObject({
      test: z.array(z.string()).min(2),
      interval: z.string(),
      timeout: z.string(),
      start_period: z.string(),
      retries: z.int(),
    })
    .optional(),
  stop_grace_period: z
    .string()
    .regex(/^\d+s$/)
    .optional(),
  mem_limit: z
    .string()
    .regex(/^\d+[mg]$/)
    .optional(),
  cpus: z.number().optional(),
  cap_drop: z.array(z.string()).default([]),
  security_opt: z.array(z.string()).default([]),
  read_only: z.boolean().default(false),
  restart: z.string().optional(),
  /** Of one with profiles nothing runs that none of them is named for. */
  profiles: z.array(z.string()).default([]),
  secrets: z.array(z.string()).default([]),
  logging: z.object({ options: z.record(z.string(), z.string()) }).optional(),
});

const composeFile = z.object({
  services: z.record(z.string(), service),
  volumes: z.record(z.string(), z.unknown()),
  secrets: z.record(z.string(), z.strictObject({ environment: z.string() })),
});

export type Service = z.output<typeof service>;
export type ComposeFile = z.output<typeof composeFile>;
type Variables = Readonly<Record<string, string>>;

/** A variable without which Compose refuses the file. */
export class RequiredVariable extends Error {
  constructor(readonly variable: string) {
    super(`${variable} is required`);
  }
}

/** `${NAME}`, `${NAME:-default}` and `${NAME:?message}` as Compose reads them. */
const interpolated = (text: string, variables: Variables): string =>
  text.replaceAll(
    /\$\{(\w+)(?::([-?])([^}]*))?\}/g,
    (_whole, name: string, kind: string | undefined, rest: string | undefined) => {
      const value = variables[name] ?? '';
      if (value !== '') return value;
      if (kind === '?') throw new RequiredVariable(name);
      return kind === '-' ? (rest ?? '') : '';
    },
  );

const inside = (value: unknown, variables: Variables): unknown => {
  if (typeof value === 'string') return interpolated(value, variables);
  if (Array.isArray(value)) return value.map((one) => inside(one, variables));
  if (typeof value === 'object' && value !== null)
    return Object.fromEntries(Object.entries(value).map(([key, one]) => [key, inside(one, variables)]));
  return value;
};

// Compose knows merge keys (<<), which are YAML 1.1.
const loaded = (text: string): unknown => load(text, { schema: YAML11_SCHEMA });

/**
 * docker-compose.yml with these variables. Throws RequiredVariable for one that is missing, a ZodError for what is no
 * Compose file.
 */
export function readComposeFile(variables: Variables): ComposeFile {
  return composeFile.parse(inside(loaded(readFileSync(COMPOSE_FILE, 'utf8')), variables));
}

/** The services of a Compose file as it is written, nothing interpolated. */
export const servicesIn = (text: string): ComposeFile['services'] => composeFile.parse(loaded(text)).services;

/** Whether a Docker client with Compose is here; it reads files without an engine. */
export const composeIsHere = (): boolean =>
  spawnSync('docker', ['compose', 'version'], { timeout: 20_000 }).status === 0;

const resolved = z.object({
  services: z.record(
    z.string(),
    z.object({ image: z.string(), environment: z.record(z.string(), z.string().nullable()).default({}) }),
  ),
});

/** The same file as Docker Compose itself understands it. */
export function composeConfig(variables: Variables): z.output<typeof resolved> {
  const args = ['compose', '--file', COMPOSE_FILE, '--env-file', '/dev/null', 'config', '--format', 'json'];
  const { status, stdout, stderr } = spawnSync('docker', args, {
    encoding: 'utf8',
    timeout: 60_000,
    env: { PATH: process.env['PATH'], HOME: process.env['HOME'], ...variables },
  });
  if (status !== 0) throw new Error(stderr);
  return resolved.parse(JSON.parse(stdout));
}
