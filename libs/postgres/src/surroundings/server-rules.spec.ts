import { describe, expect, it } from '@jest/globals';
import type { ServerFacts } from './server-facts.js';
import { refusalsOf, warningsOf } from './server-rules.js';

const well: ServerFacts = {
  version: 17,
  release: '17.6',
  encoding: 'UTF8',
  database: 'shop',
  role: 'isolith',
  superuser: false,
  standby: false,
  readOnly: false,
  notPinned: [],
  replicationRole: 'origin',
  lossy: [],
  withheld: [],
  collation: undefined,
  clockAheadMs: 0,
  singly: undefined,
};

describe('a server', () => {
  it('that has all that contexts need is taken without a word', () => {
    expect(refusalsOf(well)).toEqual([]);
    expect(warningsOf({ ...well, clockAheadMs: -999 })).toEqual([]);
  });

  it.each([
    [{ tooOld: '12.9' }, 'the server is PostgreSQL 12.9; 15 or newer is needed'],
    [{ ...well, encoding: 'SQL_ASCII' }, 'has the encoding SQL_ASCII'],
    [{ ...well, standby: true, readOnly: true }, 'the server is a standby and takes no writes: name the primary'],
    [{ ...well, readOnly: true }, 'default_transaction_read_only is on'],
    [{ ...well, replicationRole: 'replica' }, 'session_replication_role is replica'],
    [{ ...well, notPinned: ['TimeZone = Asia/Tokyo'] }, 'does not keep what it was set to (TimeZone = Asia/Tokyo)'],
    [{ ...well, withheld: ['pg_notify(text,text)'] }, 'may not call pg_notify(text,text)'],
  ])('is refused with what was found and what to do (fault 7)', (facts, reason) => {
    expect(refusalsOf(facts)).toEqual([expect.stringContaining(reason)]);
  });

  it('is refused with all that is wrong at once (fault 7)', () => {
    expect(refusalsOf({ ...well, encoding: 'LATIN1', readOnly: true, replicationRole: 'replica' })).toHaveLength(3);
  });

  it.each([
    [{ lossy: ['fsync = off'] }, 'fsync = off: what was confirmed can be lost'],
    [
      { collation: { before: '2.31', now: '2.36' } },
      'were sorted by collation version 2.31, this server sorts by 2.36',
    ],
    [{ clockAheadMs: 15_040 }, "the clock of this host is 15.0 s ahead of the database's"],
    [{ clockAheadMs: -3_600_000 }, "the clock of this host is 3600.0 s behind the database's"],
    [
      { singly: 'pg 8.99.0 is new' },
      'statements go one by one, and a unit of work makes more round trips: pg 8.99.0 is new',
    ],
  ])('that works, but not as one would want it, is worth a sentence', (facts, sentence) => {
    expect(warningsOf({ ...well, ...facts })).toEqual([expect.stringContaining(sentence)]);
  });
});
