import { describe, expect, it } from '@jest/globals';
import { z } from 'zod';
import { describeContract } from '../compatibility/describe.js';
import { recordContracts } from '../compatibility/recorded.js';
import { event } from '../messages/message.js';
import type { Upcaster } from '../messages/upcasters.js';
import { checkRecordedVersions, UnreadableVersionError } from './recorded-versions.js';

const seed = Number(process.env['PROPERTY_SEED'] ?? Date.now() % 1_000_000);
const saleId = z.uuid();
const at = z.iso.datetime();
const Line = z.object({ sku: z.string().regex(/^[A-Z]{1,9}$/), size: z.enum(['s', 'm']).optional() });
const first = event('sales.sold', {
  input: z.object({
    saleId,
    at,
    pattern: z.string().max(9),
    lines: z.array(Line).min(1),
    by: z.record(z.string(), z.int()),
  }),
  key: 'saleId',
});
const next = (up: Upcaster['up'], version = 2) =>
  event('sales.sold', {
    input: z.object({ saleId, at, lines: z.array(Line.extend({ size: z.enum(['s', 'm']) })) }),
    key: 'saleId',
    version,
    upcasters: [
      { from: 1, up },
      { from: 2, up: (data: object) => ({ ...data }) },
    ].slice(0, version - 1),
  });
const Lines = z.array(z.record(z.string(), z.unknown()));
const sized: Upcaster['up'] = ({ lines, ...data }) => ({
  ...data,
  lines: Lines.parse(lines).map((line) => ({ size: 'm', ...line })),
});

describe(`what was recorded in a former version (seed ${seed})`, () => {
  const recorded = recordContracts([], [describeContract(first)]);

  it('can be read through upcasters that make of all of it what fits', () => {
    expect(() => checkRecordedVersions([next(sized)], recorded, { seed })).not.toThrow();
    expect(() => checkRecordedVersions([first], recorded, { seed })).not.toThrow();
  });

  it('is named with what they make wrongly of it', () => {
    const check = (): void => checkRecordedVersions([next((data) => ({ ...data }))], recorded, { seed });
    expect(check).toThrow(UnreadableVersionError);
    expect(check).toThrow(
      /^sales\.sold: what version 1 recorded can't be read: sales\.sold does not fit its contract: \/lines\/0\/size: .*; with \{.*\} \(seed \d+\)$/,
    );
  });

  it('is named with an upcaster that changes what it was given: who reads it again would read something else', () => {
    const inPlace: Upcaster['up'] = (data) => Object.assign(data, sized(data));
    expect(() => checkRecordedVersions([next(inPlace)], recorded, { seed })).toThrow(
      /^sales\.sold: what version 1 recorded can't be read: reading it changed the data that was given; with \{.*\} \(seed \d+\)$/,
    );
  });

  it('stays to be read in the versions after the next', () => {
    const second = recordContracts(recorded, [describeContract(next(sized))]);
    expect(() => checkRecordedVersions([next(sized, 3)], second, { seed })).not.toThrow();
    expect(() => checkRecordedVersions([next((data) => ({ ...data }), 3)], second, { seed })).toThrow('version 1');
  });
});
