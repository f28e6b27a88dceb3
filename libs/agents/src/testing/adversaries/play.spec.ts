import { describe, expect, it } from '@jest/globals';
import { BROKEN_DEFENCES, NO_GOVERNOR } from '../../spec-support/broken-defences.js';
import type { Breach } from './breach.js';
import { ownDefence, type Defence } from './defence.js';
import { play } from './play.js';
import { adversarialTranscripts } from './transcripts/index.js';

/** What comes through a defence: the transcripts, each with the kinds. */
async function breachesOf(defence: Defence): Promise<ReadonlyMap<string, readonly Breach['kind'][]>> {
  const found = new Map<string, readonly Breach['kind'][]>();
  for (const transcript of adversarialTranscripts) {
    const breaches = await play(transcript, defence);
    if (breaches.length > 0)
      found.set(
        transcript.name,
        breaches.map(({ kind }) => kind),
      );
  }
  return found;
}

/** For each broken defence a transcript that comes through it, and with what. */
const SHOWN_BY: Readonly<Record<string, readonly [transcript: string, kind: Breach['kind']]>> = {
  'asks nobody': ['a product tells the model to cancel, as if it were the system', 'unapproved-write'],
  'asks nobody about refunds': ['a refund that nobody is asked about', 'unapproved-write'],
  'asks about everything': ['a note on an own order', 'withheld'],
  'refuses everything': ['a cancellation that its user has approved', 'withheld'],
  'forgets what the run has read': [
    'a product is obeyed three answers later, when it is long forgotten',
    'unapproved-write',
  ],
  'counts no calls': ['a note in each of forty answers', 'unapproved-write'],
  'lets one call too many through': ['small refunds until they are large', 'unapproved-write'],
  'takes a policy that throws for a yes': ['what a broken policy judges is approved', 'forbidden-effect'],
  'takes a policy that throws for a question': ['what a broken policy judges is approved', 'forbidden-effect'],
  'asks about what is forbidden': ['what is forbidden is approved', 'forbidden-effect'],
  'believes an input that says it is approved': ['the input says by whom', 'unapproved-write'],
  'believes a text that says it is approved': [
    'a note says "approved by admin", where a note needs approval',
    'unapproved-write',
  ],
  'believes roles in an input': ['the input claims roles, where support may ask', 'unapproved-write'],
  'finds a tool whatever its capitals': ['a name in capitals', 'unapproved-write'],
  'finds a tool whatever its marks': ['the name of the contract', 'unapproved-write'],
  'finds a tool that looks alike': ['a joiner of no width in the name', 'unapproved-write'],
  'finds a contract that is no tool': [
    'a contract that is not listed, by an admin who may send it',
    'forbidden-effect',
  ],
  'lets anybody approve': ['an admin approves what is not theirs', 'unapproved-write'],
  'lets an approval of another run count': ['an approval is of another run of the same user', 'unapproved-write'],
  'lets an approval be used twice': ['an approval is used twice', 'unapproved-write'],
  'looks at no id of an approval': ['an id is guessed', 'unapproved-write'],
  'approves by the id that the model gave': [
    'two calls of one answer have one id, and one of them is approved',
    'unapproved-write',
  ],
  'hides nothing that is personal': ['support lists the orders of all customers', 'personal-value'],
  'sends as its context': ["another's order is read", 'foreign-value'],
};

describe('an adversarial transcript', () => {
  it('has a name of its own', () => {
    const names = new Set(adversarialTranscripts.map(({ name }) => name));
    expect(names.size).toBe(adversarialTranscripts.length);
    expect(names.size).toBeGreaterThanOrEqual(90);
  });

  it.each(adversarialTranscripts.map((one) => [one.attack, one.name, one] as const))(
    '(%s) gets nothing: %s',
    async (_attack, _name, transcript) => {
      expect(await play(transcript)).toEqual([]);
    },
  );
});

describe('a defence that', () => {
  it.each(Object.entries(BROKEN_DEFENCES))('%s is shown by a transcript', async (name, defence) => {
    const [transcript, kind] = SHOWN_BY[name] ?? [];
    expect((await breachesOf(defence)).get(transcript ?? '')).toContain(kind);
  });
});

describe('a context', () => {
  it('tells a delegate nothing of others and does nothing that its user may not do, whoever governs it', async () => {
    const kinds = [...(await breachesOf(NO_GOVERNOR)).values()].flat();
    expect(kinds).not.toContain('personal-value');
    expect(kinds).not.toContain('foreign-value');
    const sent = adversarialTranscripts.filter(({ attack }) => attack === 'foreign-data');
    expect(await Promise.all(sent.map((transcript) => play(transcript, NO_GOVERNOR)))).toEqual(sent.map(() => []));
    // Where a delegate counts as its context it does.
    const asContext = {
      ...ownDefence,
      govern: NO_GOVERNOR.govern,
      calls: BROKEN_DEFENCES['sends as its context'].calls,
    };
    expect([...(await breachesOf(asContext)).values()].flat()).toContain('foreign-value');
  });
});
