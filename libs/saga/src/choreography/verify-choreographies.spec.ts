import { describe, expect, it } from '@jest/globals';
import { lowStock, Reorder, StockGone, StockLow, Tell } from '../spec-support/low-stock.js';
import { choreography, type Choreography } from './choreography.js';
import { when } from './reaction.js';
import { choreographyViolations, type KnownMessages } from './verify-choreographies.js';

const everything: KnownMessages = { hasCommand: () => undefined, hasEvent: () => true };
const problemsOf = (...all: readonly Choreography[]): readonly string[] =>
  choreographyViolations('alerts', all, everything);
const told = when(StockGone, { send: Tell, with: ({ sku }) => new Tell({ who: 'ada', what: sku }) });

describe('a reaction', () => {
  it('makes the command that it says it sends, of the event that it waits for', () => {
    when(StockLow, { send: Reorder, with: ({ sku, left }) => new Reorder({ sku, amount: left }) });
    // @ts-expect-error another command
    const other = when(StockGone, { send: Reorder, with: ({ sku }) => new Tell({ who: 'ada', what: sku }) });
    // @ts-expect-error the event has no such field
    when(StockGone, { send: Reorder, with: ({ sku, left }) => new Reorder({ sku, amount: Number(left) }) });
    when(StockGone, {
      send: Reorder,
      with: ({ sku }) => new Reorder({ sku, amount: 1 }),
      // @ts-expect-error another command than the one that answers
      refused: { send: Tell, with: ({ sku }) => new Reorder({ sku, amount: 1 }) },
    });
    expect(() => other.commands(new StockGone({ sku: 'MUG' }), { eventId: 'e1' })).toThrow(
      'a reaction that sends buying.reorder made something else',
    );
    expect(problemsOf(lowStock)).toEqual([]);
  });
});

describe('a host names everything that is wrong with its choreographies', () => {
  it('with their names', () => {
    expect(
      problemsOf(
        lowStock,
        lowStock,
        choreography({ name: 'alerts.empty', on: [] }),
        choreography({ name: 'mails.low-stock', on: [told] }),
        choreography({ name: 'Alerts.low', on: [told] }),
      ),
    ).toEqual([
      'choreography alerts.low-stock is declared twice',
      'choreography alerts.empty: it has no reactions',
      'choreography mails.low-stock: its name begins with mails, but it is declared in alerts',
      'choreography Alerts.low: "Alerts.low" is not a message name; expected "context.message" in lower-case-with-dashes',
    ]);
  });

  it('with their reactions', () => {
    const badlyNamed = when(StockGone, { name: 'Bad Name', send: Tell, with: () => undefined });
    expect(problemsOf(choreography({ name: 'alerts.wrong', on: [told, told, badlyNamed] }))).toEqual([
      'choreography alerts.wrong: two reactions are called gone.tell',
      'choreography alerts.wrong: reaction "Bad Name": a reaction\'s name is lower-case-with-dashes',
    ]);
  });

  it('with commands and events that nobody has', () => {
    const known: KnownMessages = {
      hasCommand: ({ name }) => name !== 'mails.tell',
      hasEvent: ({ name }) => name !== 'stock.gone',
    };
    expect(choreographyViolations('alerts', [lowStock], known)).toEqual([
      'choreography alerts.low-stock: reaction low.tell sends mails.tell, which mails does not have',
      'choreography alerts.low-stock: reaction reorder sends mails.tell, which mails does not have',
      'choreography alerts.low-stock: reaction gone.reorder waits for stock.gone, which stock does not have',
    ]);
  });

  it('with what has no contract', () => {
    class Plain {}
    // @ts-expect-error neither has a contract
    expect(() => when(Plain, { send: Plain, with: () => undefined })).toThrow(TypeError);
    // @ts-expect-error an event is sent and a command waited for
    const swapped = when(Tell, { send: StockLow, with: () => undefined });
    expect(problemsOf(choreography({ name: 'alerts.swapped', on: [swapped] }))).toEqual([
      'choreography alerts.swapped: reaction tell.low waits for something that is no event with a contract',
      'choreography alerts.swapped: reaction tell.low sends something that is no command with a contract',
    ]);
  });
});
