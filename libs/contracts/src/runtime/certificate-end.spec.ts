import { Socket } from 'node:net';
import { TLSSocket } from 'node:tls';
import { expect, it, jest } from '@jest/globals';
import { certificateEnd } from './certificate-end.js';

interface Shown {
  valid_to?: string;
  issuerCertificate?: Shown;
}

function endOf(shown: Shown): number | undefined {
  const socket = new TLSSocket(new Socket());
  Object.assign(socket, { getPeerCertificate: jest.fn(() => shown) });
  return certificateEnd(socket);
}

it('is that of the certificate of a chain that ends first', () => {
  const root: Shown = { valid_to: 'Jan  1 00:00:00 2046 GMT' };
  root.issuerCertificate = root;
  const between = { valid_to: 'Feb  3 04:05:06 2027 GMT', issuerCertificate: root };
  expect(endOf({ valid_to: 'Nov 30 23:42:52 2027 GMT', issuerCertificate: between })).toBe(
    Date.UTC(2027, 1, 3, 4, 5, 6),
  );
  expect(endOf({ valid_to: 'Nov 30 23:42:52 2027 GMT' })).toBe(Date.UTC(2027, 10, 30, 23, 42, 52));
});

it('is unknown of a peer that has shown none, and of a connection without TLS', () => {
  expect(endOf({})).toBeUndefined();
  expect(certificateEnd(new Socket())).toBeUndefined();
  expect(certificateEnd(undefined)).toBeUndefined();
});
