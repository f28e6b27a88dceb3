import { expect, it } from '@jest/globals';
import { StartRefusedError } from '@isolith/message-bus/nest';
import { refusalLines } from './refusal-lines.js';

const known = { host: '127.0.0.1', port: 3000, violations: ['PORT: expected another'] };
const coded = (message: string, more: object): Error => Object.assign(new Error(message), more);

it("a refused start is all its violations, which include the configuration's", () => {
  expect(refusalLines(new StartRefusedError(['PORT: expected another', 'orders has two handlers']), known)).toEqual([
    'PORT: expected another',
    'orders has two handlers',
  ]);
});

it('a port in use is named by its variable', () => {
  expect(
    refusalLines(coded('listen EADDRINUSE: address already in use 0.0.0.0:3000', { code: 'EADDRINUSE' }), {
      ...known,
      violations: [],
    }),
  ).toEqual(['PORT: 3000 is in use by another process']);
  expect(
    refusalLines(coded('listen EACCES', { code: 'EACCES', syscall: 'listen' }), { ...known, port: 80, violations: [] }),
  ).toEqual(['PORT: this user may not listen on 80']);
});

it.each([
  [
    { code: 'EADDRNOTAVAIL', syscall: 'listen' },
    '10.9.8.7',
    /^HOST: 10\.9\.8\.7 is no address of this machine; .*127\.0\.0\.1/,
  ],
  [{ code: 'EAFNOSUPPORT', syscall: 'listen' }, '::1', /^HOST: ::1 is no address of this machine/],
  [{ code: 'ENOTFOUND', syscall: 'getaddrinfo', hostname: 'shop' }, 'shop', /^HOST: shop has no address \(ENOTFOUND\)/],
])('an address that can not be listened on is named by its variable: %j', (more, host, line) => {
  const lines = refusalLines(coded('listen failed', more), { ...known, host, violations: [] });
  expect(lines).toEqual([expect.stringMatching(line)]);
});

it('anything else is one line, after what is wrong with the configuration', () => {
  expect(refusalLines(new Error("Nest can't resolve X.\n\n  Potential solutions:\n- y"), known)).toEqual([
    'PORT: expected another',
    "Nest can't resolve X. Potential solutions: - y",
  ]);
  expect(refusalLines('thrown', known)).toEqual(['PORT: expected another', 'the host could not be started']);
});
