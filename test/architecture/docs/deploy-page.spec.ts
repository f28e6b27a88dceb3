import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { shop } from '../../../src/shop.js';

const ROOT = join(import.meta.dirname, '..', '..', '..');
const read = (path: string): string => readFileSync(join(ROOT, path), 'utf8');
const page = read('docs/guides/deploy.md');
const compose = read('docker-compose.yml');
const capitals = shop.names.map((name) => name.toUpperCase());

describe('docs/guides/deploy.md', () => {
  it('names every variable that Compose takes from .env, those of a context by one name for all', () => {
    const taken = [...compose.matchAll(/\$\{([A-Z_]+)/g)].map(([, name = '']) => name);
    const passwords = capitals.map((name) => `${name}_DATABASE_PASSWORD`);
    const keys = [...capitals, 'GATEWAY'].flatMap((name) => [`${name}_SERVICE_KEY`, `${name}_SERVICE_KEY_PREVIOUS`]);
    const forEach = [...passwords, ...keys];
    expect(taken).toEqual(expect.arrayContaining(forEach));
    expect(taken.filter((name) => !forEach.includes(name) && !page.includes(`\`${name}\``))).toEqual([]);
    for (const name of ['DATABASE_PASSWORD', 'SERVICE_KEY', 'SERVICE_KEY_PREVIOUS'])
      expect(page).toContain(`\`<CONTEXT>_${name}\``);
  });

  it('says of no variable that it may stand in .env where no host gets it', () => {
    const [, table = ''] = /\| variable in `\.env` \|.*\n([^]*?)\n\n/.exec(page) ?? [];
    const said = table
      .split('\n')
      .flatMap((row) => [...(row.split('|')[1] ?? '').matchAll(/`([A-Z_]+)`/g)].map(([, name = '']) => name));
    expect(said).toContain('LOAD_SHEDDING');
    // As a variable, or as a secret that Compose makes of one.
    const taken = new Set([...compose.matchAll(/(?:\$\{|environment: )([A-Z_]+)/g)].map(([, name = '']) => name));
    expect(said.filter((name) => !taken.has(name))).toEqual([]);
  });

  it('says the versions of the servers that Compose runs', () => {
    const [, postgres, rabbitmq] = /image: postgres:(\d+)[^]*image: rabbitmq:(\d+)/.exec(compose) ?? [];
    expect(page).toContain(`Compose has ${postgres ?? ''} and ${rabbitmq ?? ''}.`);
  });
});
