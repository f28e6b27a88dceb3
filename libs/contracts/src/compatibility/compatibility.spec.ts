import { describe, expect, it } from '@jest/globals';
import { z } from 'zod';
import { compareContracts } from './compatibility.js';
import { describeContract, describeContracts } from './describe.js';
import { failure } from '../messages/failure.js';
import { command, event } from '../messages/message.js';

const base = {
  id: z.uuid(),
  lines: z.array(z.object({ sku: z.string(), note: z.string().optional() })),
  size: z.enum(['s', 'm']),
};
const of = (shape: z.core.$ZodLooseShape, more: object = {}) => [
  describeContract(command('a.do', { input: z.object(shape), ...more })),
];
const change = (shape: z.core.$ZodLooseShape, more: object = {}) =>
  compareContracts(of(base), of(shape, more)).map(
    ({ place, what, breaking }) => `${breaking ? 'breaking' : 'compatible'} ${place}: ${what}`,
  );

describe('a change of a contract', () => {
  it('is none when nothing changed but words', () => {
    expect(change({ ...base, id: z.uuid().describe('the id') })).toEqual([]);
  });

  it.each([
    [
      'an optional field comes',
      { ...base, note: z.string().optional() },
      'compatible input/note: a new optional field',
    ],
    [
      'a field with a default comes',
      { ...base, note: z.string().default('') },
      'compatible input/note: a new optional field',
    ],
    [
      'an optional field goes',
      { ...base, lines: z.array(z.object({ sku: z.string() })) },
      'compatible input/lines/*/note: the field is gone',
    ],
    ['a required field comes', { ...base, note: z.string() }, 'breaking input/note: a new required field'],
    ['a required field goes', { id: base.id, lines: base.lines }, 'breaking input/size: the field is gone'],
    ['a field becomes optional', { ...base, size: base.size.optional() }, 'breaking input/size: became optional'],
    [
      'an enum value comes',
      { ...base, size: z.enum(['s', 'm', 'l']) },
      'breaking input/size: enum was ["s","m"], is ["s","m","l"]',
    ],
    ['a bound comes', { ...base, lines: base.lines.min(1) }, 'breaking input/lines: minItems was undefined, is 1'],
    ['a type changes', { ...base, size: z.int() }, 'breaking input/size: type was "string", is "integer"'],
  ])('when %s', (_, shape, expected) => {
    expect(change(shape)).toContain(expected);
  });

  it('of its version breaks, of its access does not', () => {
    expect(change(base, { version: 2 })).toEqual(['breaking version: was 1, is 2']);
    expect(change(base, { access: [{ allow: 'anyone' }] })).toEqual([
      'compatible access: was ["service:*"], is ["anyone"]',
    ]);
  });

  it('of an output from none to some breaks', () => {
    expect(change(base, { output: z.object({}) }).join()).toContain('breaking output');
  });

  it('of the set: gone breaks, new does not', () => {
    const happened = describeContracts([event('a.happened', { input: z.object({ id: z.string() }), key: 'id' })]);
    expect(compareContracts(happened, [])).toMatchObject([{ what: 'the contract is gone', breaking: true }]);
    expect(compareContracts([], happened)).toMatchObject([{ what: 'the contract is new', breaking: false }]);
  });

  it('of an event key breaks', () => {
    const keyed = (key: 'id' | 'sku') => [
      describeContract(event('a.happened', { input: z.object({ id: z.string(), sku: z.string() }), key })),
    ];
    expect(compareContracts(keyed('id'), keyed('sku'))).toMatchObject([{ place: 'key', breaking: true }]);
  });

  it('of a failure that may be retried now breaks', () => {
    const failed = (retryable: boolean) => [
      describeContract(failure('a.failed', { status: 409, retryable, detail: 'failed' })),
    ];
    expect(compareContracts(failed(false), failed(true))).toMatchObject([
      { place: 'retryable', breaking: true },
      { place: 'kept', breaking: false },
    ]);
  });
});
