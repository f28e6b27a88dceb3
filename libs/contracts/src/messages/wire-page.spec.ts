import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from '@jest/globals';
import { envelopeSchema } from './envelope.js';
import { errorCodes, outcomeSchema } from './outcome.js';

const PAGE = readFileSync(fileURLToPath(new URL('../../../../docs/wire/README.md', import.meta.url)), 'utf8');

/** What stands between two headings. */
function section(from: string, to: string): string {
  const [, rest = ''] = PAGE.split(`\n${from}\n`);
  return rest.split(`\n${to}\n`, 1).join('');
}

describe('docs/wire', () => {
  it('has a row for every attribute, and no other', () => {
    const rows = section('## A message', '### Answers').split('\n');
    const listed = rows.flatMap((line) => /^\| `(\w+)` \|/.exec(line)?.[1] ?? []);
    // Who sends it crosses as the token.
    const attributes = Object.keys(envelopeSchema.shape).filter((name) => name !== 'principal');
    expect(listed.toSorted()).toEqual(attributes.toSorted());
  });

  it('names every member of an outcome and every code by which an error crosses', () => {
    const answers = section('### Answers', '## Who sends it');
    const members = outcomeSchema.options.flatMap(({ shape }) => Object.keys(shape));
    expect([...members, ...errorCodes].filter((name) => !answers.includes(`\`${name}\``))).toEqual([]);
  });
});
