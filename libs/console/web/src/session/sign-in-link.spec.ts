import { expect, it } from '@jest/globals';
import { linkIn } from './sign-in-link.js';

it('is read out of the fragment, and nothing else is taken for one', () => {
  const secret = 'A-_9'.repeat(11);
  expect(linkIn(`#link=${secret}`)).toBe(secret);
  expect(
    ['', '#/sagas', '#link=', '#link=short', `#link=${secret}&more`, `#/sagas?link=${secret}`].map(linkIn),
  ).toEqual(Array.from({ length: 6 }, () => undefined));
});
