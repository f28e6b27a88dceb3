import { readFile } from 'node:fs/promises';
import { describe, expect, it } from '@jest/globals';
import { z } from 'zod';
import * as exported from './index.js';
import { SmallApp } from './spec-support/small-app.js';

const read = async <S extends z.ZodType>(schema: S, path: string): Promise<z.output<S>> =>
  schema.parse(JSON.parse(await readFile(new URL(path, import.meta.url), 'utf8')));

const collection = z.object({
  extends: z.array(z.string()),
  schematics: z.record(z.string(), z.object({ description: z.string(), factory: z.string(), schema: z.string() })),
});
const optionsSchema = z.object({ required: z.array(z.string()), properties: z.record(z.string(), z.unknown()) });

describe('the collection', () => {
  it('lists what the package exports, and brings what Nest has', async () => {
    const { schematics, extends: brought } = await read(collection, './collection.json');
    expect(Object.keys(schematics).sort()).toEqual(Object.keys(exported).sort());
    expect(brought).toEqual(['@nestjs/schematics']);
  });

  it.each(Object.entries(exported))('finds the factory of %s, and the schema of its options', async (name, rule) => {
    const { schematics } = await read(collection, './collection.json');
    const { factory = '', schema = '' } = schematics[name] ?? {};
    const [path = '', member = ''] = factory.split('#');
    const loaded = z.record(z.string(), z.unknown()).parse({ ...(await import(path)) });
    expect(loaded[member]).toBe(rule);
    const { required, properties } = await read(optionsSchema, schema);
    expect(required).toEqual(['name']);
    expect(Object.keys(properties)).toEqual(expect.arrayContaining(['name', 'path', 'spec', 'sourceRoot']));
  });
});

describe('options', () => {
  const { command, context, query, saga } = exported;

  it.each([context, command, query, saga])('with a second name where none is taken are refused', async (rule) => {
    await expect(new SmallApp().generate(rule({ name: 'orders/cancel-order', path: 'stock' }))).rejects.toThrow(
      '--path: expected one name, with the context in front as in inventory/reserve-stock',
    );
  });

  it('without a name are refused', async () => {
    await expect(new SmallApp().generate(Reflect.apply(context, undefined, [{}]))).rejects.toThrow(
      '--name: expected a name',
    );
  });
});
