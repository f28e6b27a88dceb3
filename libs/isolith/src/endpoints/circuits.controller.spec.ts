import { beforeEach, describe, expect, it } from '@jest/globals';
import { NotFoundException } from '@nestjs/common';
import { Test } from '@nestjs/testing';
import { AskContexts } from '../operations/ask-contexts.js';
import { HostCircuits, type PolicyState } from '../policies/host-circuits.js';
import { HostPresence } from '../topology/host-presence.js';
import { CircuitsController } from './circuits.controller.js';

const NONE = { attempts: 0, failures: 0, refused: 0, fallbacks: 0 };
const pay: PolicyState = { name: 'pay', context: 'orders', breaker: 'closed', failures: 0, counts: NONE };
const host = (id: string, state: string) => ({
  id,
  state,
  machine: 'one',
  pid: 1,
  lastSeenSeconds: 0,
  policies: [pay],
});

let hosts: object[];
let told: object[];
let circuits: CircuitsController;
beforeEach(async () => {
  told = [];
  const module = await Test.createTestingModule({
    controllers: [CircuitsController],
    providers: [
      { provide: HostCircuits, useValue: { states: () => [pay] } },
      { provide: HostPresence, useValue: { self: { id: 'a' }, all: () => hosts } },
      {
        provide: AskContexts,
        useValue: { context: (name: string) => name, tell: async (message: object) => void told.push(message) },
      },
    ],
  }).compile();
  circuits = module.get(CircuitsController);
});

describe('a circuit that is moved', () => {
  const move = (to: { readonly host?: string } = {}) =>
    circuits.move({ name: 'pay', move: 'open' }, { reason: 'because', ...to }, 'k');

  it('names the hosts that are there, and none that can not have been told', async () => {
    hosts = [host('a', 'ready'), host('b', 'silent'), host('c', 'draining'), host('d', 'stopped')];
    expect(await move()).toEqual({ policy: 'pay', hosts: ['a', 'c'] });
    expect(told).toHaveLength(1);
    expect(circuits.list().items.map((policy) => policy.host.id)).toEqual(['a', 'b', 'c']);
  });

  it('is not there on hosts that nobody hears', async () => {
    hosts = [host('a', 'ready'), host('b', 'silent')];
    await expect(move({ host: 'b' })).rejects.toBeInstanceOf(NotFoundException);
    hosts = [host('b', 'silent')];
    await expect(move()).rejects.toBeInstanceOf(NotFoundException);
    expect(told).toEqual([]);
  });
});
