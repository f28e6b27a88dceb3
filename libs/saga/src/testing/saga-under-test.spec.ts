import { AssertionError } from 'node:assert';
import { describe, expect, it } from '@jest/globals';
import { command, failure, HandlerError, NotDeliveredError, OutcomeUnknownError } from '@isolith/contracts';
import { derivedId } from '@isolith/message-bus';
import { z } from 'zod';
import { saga } from '../index.js';
import { sagaUnderTest, type SentCommand } from './index.js';

const input = z.object({ tripId: z.string() });
class CardRefused extends failure('bank.card-refused', { status: 402, detail: 'the card was refused' }) {}
class BankBusy extends failure('bank.busy', { status: 503, detail: 'the bank is busy', retryable: true }) {}
class SoldOut extends failure('seats.sold-out', { status: 409, detail: 'sold out' }) {}
class TakeSeat extends command('seats.take-seat', { input, output: z.object({ seat: z.string() }) }) {}
class FreeSeat extends command('seats.free-seat', { input }) {}
class Hold extends command('bank.hold', {
  input,
  output: z.object({ hold: z.string() }),
  failures: [CardRefused, BankBusy],
}) {}
class Release extends command('bank.release', { input }) {}
class Capture extends command('bank.capture', { input, failures: [CardRefused] }) {}
class Tell extends command('trips.tell', { input: z.object({ tripId: z.string(), why: z.string() }) }) {}
class Print extends command('trips.print', { input: z.object({ tripId: z.string(), seat: z.string() }) }) {}

const Booking = z.object({ tripId: z.string(), seat: z.string().optional(), hold: z.string().optional() });

const booking = saga({
  name: 'trips.booking',
  deadlineMs: 1_000,
  state: Booking,
  steps: (step) => [
    step({
      name: 'take-seat',
      invoke: ({ tripId }) => new TakeSeat({ tripId }),
      extend: (state, { seat }) => ({ ...state, seat }),
      compensate: ({ tripId }) => new FreeSeat({ tripId }),
    }),
    step({
      name: 'hold',
      invoke: ({ tripId }) => new Hold({ tripId }),
      extend: (state, { hold }) => ({ ...state, hold }),
      compensate: ({ tripId }) => new Release({ tripId }),
    }),
    step({ name: 'capture', invoke: ({ tripId }) => new Capture({ tripId }), pivot: true }),
    step({
      name: 'print',
      invoke: ({ tripId, seat }) => {
        if (seat === undefined) throw new Error('no seat to print');
        return new Print({ tripId, seat });
      },
      retriable: true,
    }),
  ],
  failed: ({ tripId }, { type }) => new Tell({ tripId, why: type }),
});
const lisbon = { tripId: 'lisbon' };
const scripted = () => sagaUnderTest(booking).answering(TakeSeat, { seat: '7A' }).answering(Hold, { hold: 'h1' });
const names = (commands: readonly SentCommand[]): readonly string[] => commands.map(({ name }) => name);
const id = (what: string): string => derivedId('trips.booking:under-test', what);

describe('a saga under test', () => {
  it('sends its commands in order, each with its own id, to its end', async () => {
    const { status, state, sent, compensations, cause, errors } = await scripted().run(lisbon);
    expect({ status, state, compensations, cause, errors }).toEqual({
      status: 'completed',
      state: { tripId: 'lisbon', seat: '7A', hold: 'h1' },
      compensations: [],
      cause: null,
      errors: [],
    });
    expect(sent).toStrictEqual([
      { name: 'seats.take-seat', command: new TakeSeat(lisbon), id: id('take-seat') },
      { name: 'bank.hold', command: new Hold(lisbon), id: id('hold') },
      { name: 'bank.capture', command: new Capture(lisbon), id: id('capture') },
      { name: 'trips.print', command: new Print({ tripId: 'lisbon', seat: '7A' }), id: id('print') },
    ]);
  });

  it('turns back on a failure, undoes what is done, last first, and tells why', async () => {
    const { status, cause, sent, compensations, timeline } = await scripted()
      .answering(Capture, new CardRefused({}))
      .run(lisbon);
    expect(status).toBe('compensated');
    expect(cause).toEqual({ step: 'capture', type: 'card-refused', detail: 'the card was refused' });
    expect(names(compensations)).toEqual(['bank.release', 'seats.free-seat']);
    expect(sent.slice(3)).toStrictEqual([
      { name: 'bank.release', command: new Release(lisbon), id: id('hold.compensate'), revokes: id('hold') },
      {
        name: 'seats.free-seat',
        command: new FreeSeat(lisbon),
        id: id('take-seat.compensate'),
        revokes: id('take-seat'),
      },
      { name: 'trips.tell', command: new Tell({ tripId: 'lisbon', why: 'card-refused' }), id: id('.failed') },
    ]);
    expect(timeline).toEqual([
      'begun',
      'take-seat done',
      'hold done',
      'capture failed: card-refused',
      'hold compensated',
      'take-seat compensated',
      'failure told',
    ]);
  });

  it('asks again, with the same id, after no answer', async () => {
    const { status, sent } = await scripted()
      .answering(Capture, new OutcomeUnknownError('lost'), new NotDeliveredError('away'), undefined)
      .run(lisbon);
    expect(status).toBe('completed');
    expect(sent.filter(({ command }) => command instanceof Capture).map((one) => one.id)).toEqual(
      Array(3).fill(id('capture')),
    );
  });

  it('rests where an outage does not end', async () => {
    const { status, trouble, sent } = await scripted().answering(Hold, new NotDeliveredError('away')).run(lisbon);
    expect({ status, trouble }).toEqual({ status: 'running', trouble: { type: 'not-delivered', detail: 'away' } });
    expect(sent).toHaveLength(3);
  });

  it('takes a failure that may pass as often as its step says, and then undoes the step too', async () => {
    const { status, sent, compensations } = await scripted().answering(Hold, new BankBusy({})).run(lisbon);
    expect(sent.filter(({ command }) => command instanceof Hold)).toHaveLength(4);
    expect(status).toBe('compensated');
    expect(names(compensations)).toEqual(['bank.release', 'seats.free-seat']);
  });

  it('rests where a failure that may pass does not, behind the pivot too', async () => {
    class Late extends failure('trips.late', { status: 503, detail: 'late', retryable: true }) {}
    class Send extends command('trips.send', { input, failures: [Late] }) {}
    const sending = saga({
      name: 'trips.sending',
      state: input,
      steps: (step) => [step({ name: 'send', invoke: (state) => new Send(state), retriable: true })],
    });
    expect(await sagaUnderTest(sending).answering(Send, new Late({})).run(lisbon)).toMatchObject({
      status: 'running',
      trouble: { type: 'late' },
    });
  });

  it('needs a person after defects', async () => {
    const { status, trouble, sent } = await scripted()
      .answering(Release, new HandlerError('broken'))
      .answering(Capture, new CardRefused({}))
      .run(lisbon);
    expect({ status, trouble: trouble?.type }).toEqual({ status: 'needs-attention', trouble: 'handler-error' });
    expect(sent.filter(({ command }) => command instanceof Release)).toHaveLength(12);
  });

  it('shows what its own code threw', async () => {
    const { status, errors } = await sagaUnderTest(
      saga({
        name: 'trips.printing',
        state: Booking,
        steps: (step) => [
          step({
            name: 'print',
            invoke: (): Print => {
              throw new RangeError('no paper');
            },
            retriable: true,
          }),
        ],
      }),
    ).run(lisbon);
    expect(status).toBe('needs-attention');
    expect(errors[0]).toEqual(new RangeError('no paper'));
  });

  it('turns back at its deadline before the pivot, and goes on behind it', async () => {
    const late = await scripted().run(lisbon, { lateBefore: 'hold' });
    expect(late).toMatchObject({ status: 'compensated', cause: { step: 'hold', type: 'deadline-exceeded' } });
    expect(names(late.compensations)).toEqual(['bank.release', 'seats.free-seat']);
    const { status, timeline } = await scripted().run(lisbon, { lateBefore: 'capture' });
    expect(status).toBe('completed');
    expect(timeline).toContain('deadline exceeded, goes on');
  });

  it('has other ids for another saga', async () => {
    const [one, other] = [await scripted().run(lisbon, { id: 'one' }), await scripted().run(lisbon, { id: 'other' })];
    expect(one.sent[0]?.id).not.toBe(other.sent[0]?.id);
  });
});

describe('a script', () => {
  it('that does not say how a command is answered fails the test', async () => {
    await expect(sagaUnderTest(booking).answering(TakeSeat, { seat: '7A' }).run(lisbon)).rejects.toThrow(
      new AssertionError({
        message: 'bank.hold was sent, and nothing says how it is answered: .answering(Hold, …)',
      }),
    );
  });

  it('can’t answer what the contract does not allow', async () => {
    await expect(scripted().answering(Capture, new SoldOut({})).run(lisbon)).rejects.toThrow(
      'bank.capture does not list the failure seats.sold-out',
    );
    // @ts-expect-error The answer of TakeSeat has a seat.
    const wrong = scripted().answering(TakeSeat, { chair: '7A' });
    await expect(wrong.run(lisbon)).rejects.toThrow('seats.take-seat (output) does not fit its contract');
    // @ts-expect-error The state has a trip.
    await expect(scripted().run({ trip: 'lisbon' })).rejects.toThrow('/tripId');
  });

  it('is not changed by what is added to it', async () => {
    const common = scripted();
    await common.answering(Capture, new CardRefused({})).run(lisbon);
    expect((await common.run(lisbon)).status).toBe('completed');
  });

  it('runs no saga that a host would not start with', async () => {
    const twoPivots = saga({
      name: 'trips.booking',
      state: input,
      steps: (step) => [
        step({ name: 'a', invoke: (state) => new Capture(state), pivot: true }),
        step({ name: 'b', invoke: (state) => new Capture(state), pivot: true }),
      ],
    });
    await expect(sagaUnderTest(twoPivots).run(lisbon)).rejects.toThrow('it has 2 pivots: a, b');
  });
});
