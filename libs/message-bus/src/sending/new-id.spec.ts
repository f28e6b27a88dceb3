import { afterEach, describe, expect, it } from '@jest/globals';
import { OverloadedError } from '@isolith/contracts';
import { runAs, withOptions, type DispatchOptions } from '../index.js';
import { hasNewId } from './options.js';
import { handle, Hosts, placements, Take, type HostsPlacement } from '../testing/fixtures/hosts.js';

const closing: Hosts[] = [];
afterEach(async () => {
  for (const hosts of closing.splice(0)) await hosts.close();
});

/** Sends `stock.take`; yields what the inbox of stock was told of each attempt's id. */
async function told(
  placement: HostsPlacement,
  options: DispatchOptions | undefined,
  passing: readonly Error[] = [],
): Promise<unknown[]> {
  const hosts = await new Hosts(placement).open();
  closing.push(hosts);
  const seen: unknown[] = [];
  handle(hosts.stock, Take, async () => {
    const error = passing[seen.length - 1];
    if (error !== undefined) throw error;
    return { left: [] };
  });
  hosts.stock.useInbox('stock', {
    command: (_envelope, _contract, run, newId) => {
      seen.push(newId);
      return run();
    },
    event: async () => undefined,
  });
  const take = new Take({ lines: [] });
  await runAs('shop', () => hosts.shop.send(options === undefined ? take : withOptions(take, options)));
  return seen;
}

describe('the id of a command that is handled where it was sent', () => {
  it.each<[string, DispatchOptions | undefined, boolean]>([
    ['drawn for it', undefined, true],
    ['drawn for it beside other options', { timeoutMs: 5_000 }, true],
    ['drawn for it, of a sender who wants a look', { newId: false }, false],
    ['given', { id: 'i' }, false],
    ['given as new', { id: 'i', newId: true }, true],
    ['given as one that may have been sent', { id: 'i', newId: false }, false],
  ])('(%s) is told as new or not', async (_, options, expected) => {
    expect(hasNewId(options ?? {})).toBe(expected);
    expect(await told('one host', options)).toEqual([expected]);
  });

  it('is new in the first attempt only', async () => {
    const passing = [new OverloadedError('full'), new OverloadedError('full')];
    expect(await told('one host', undefined, passing)).toEqual([true, false, false]);
    expect(await told('one host', { id: 'i', newId: true }, passing)).toEqual([true, false, false]);
  });

  it('is new only as often as its sender says so: options that follow take it back', async () => {
    const take = withOptions(withOptions(new Take({ lines: [] }), { id: 'i', newId: true }), { newId: false });
    const hosts = await new Hosts('one host').open();
    closing.push(hosts);
    const seen: unknown[] = [];
    handle(hosts.stock, Take, async () => ({ left: [] }));
    hosts.stock.useInbox('stock', {
      command: (_envelope, _contract, run, newId) => (seen.push(newId), run()),
      event: async () => undefined,
    });
    await runAs('shop', () => hosts.shop.send(take));
    expect(seen).toEqual([false]);
  });
});

// A medium may bring a message again, and the one that came first may have run.
describe.each(placements.filter((each) => each !== 'one host'))(
  'the id of a command that a transport carries (%s)',
  (placement) => {
    it.each<[string, DispatchOptions | undefined]>([
      ['drawn for it', undefined],
      ['given as new', { id: 'i', newId: true }],
    ])('(%s) is never told as new', async (_, options) => {
      expect(await told(placement, options)).toEqual([false]);
    });
  },
);
