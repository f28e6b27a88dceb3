import { expect, it } from '@jest/globals';
import { operatorAccess } from './operator-access.js';

it.each([
  [undefined, 'http://127.0.0.1:3000'],
  ['', 'http://127.0.0.1:3000'],
  ['https://shop.example/', 'https://shop.example'],
  ['http://[::1]:8080', 'http://[::1]:8080'],
])('where OPERATOR_URL is %j it asks %s', (url, asked) => {
  expect(operatorAccess({ OPERATOR_URL: url, OPERATOR_TOKEN: 'a.b.c' })).toEqual({ url: asked, token: 'a.b.c' });
});

it.each(['shop.example', 'ftp://shop.example', 'https://ann:secret@shop.example', 'https://shop.example/v1?a=secret'])(
  'all that is wrong is named and not shown: %s',
  (url) => {
    const { problems } = { problems: [], ...operatorAccess({ OPERATOR_URL: url, OPERATOR_TOKEN: 'a secret\n' }) };
    expect(problems).toEqual([
      expect.stringMatching(/^OPERATOR_URL: expected /),
      expect.stringMatching(/^OPERATOR_TOKEN: expected /),
    ]);
    expect(JSON.stringify(problems)).not.toContain('secret');
  },
);
