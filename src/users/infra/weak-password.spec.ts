import { performance } from 'node:perf_hooks';
import { describe, expect, it } from '@jest/globals';
import { hostileTexts } from '@isolith/contracts/testing';
import { PASSWORD } from '../testing/open-users.js';
import { weaknessOf } from './weak-password.js';

const ada = { email: 'ada.lovelace@example.com', name: 'Ada King' };

describe('a password', () => {
  it.each([
    ['common', 'password'],
    ['common', 'PassWord'],
    ['common', ' password '],
    ['common', 'password\u3000'],
    ['common', 'P@ssw0rd'],
    ['common', 'qwertyuiop'],
    ['repetitive', '        '],
    ['repetitive', '\u3000'.repeat(8)],
    ['repetitive', '\0'.repeat(8)],
    ['repetitive', 'zzzzzzzz'],
    ['repetitive', 'ababababab'],
    ['repetitive', 'adminadmin'],
    ['repetitive', '😀'.repeat(8)],
    ['repetitive', 'abcdefghij'],
    ['repetitive', 'zyxwvuts'],
    ['unprintable', 'correct\0horse'],
    ['unprintable', 'correct\thorse'],
    ['about-you', 'ada.lovelace'],
    ['about-you', 'Ada.Lovelace@Example.com'],
    ['about-you', 'adalovelace1815'],
    ['about-you', 'Ada King 1815'],
  ])('is refused as %s: %j (fault 27)', (why, password) => {
    expect(weaknessOf(password, ada)).toBe(why);
  });

  it.each([
    PASSWORD,
    'a password of mine',
    'Straße 1234',
    'пароль Ады',
    'ada likes numbers',
    '密码是很长的一句话',
    'x'.repeat(9) + 'four more',
  ])('is good enough: %j (fault 27)', (password) => {
    expect(weaknessOf(password, ada)).toBeUndefined();
  });

  it('is looked at in a moment, whatever it is (fault 27)', () => {
    for (const { what, text } of hostileTexts(200, ['password'])) {
      const begin = performance.now();
      weaknessOf(text, { email: `${text.slice(0, 200)}@example.com`, name: text });
      expect([what, performance.now() - begin]).toEqual([what, expect.closeTo(0, -2)]);
    }
  });
});
