import { StartRefusedError } from '@isolith/message-bus/nest';
import { z } from 'zod';

const systemError = z.object({ code: z.unknown(), syscall: z.unknown() }).partial();

/** What a person is told of a start that failed, one line each. */
export function refusalLines(
  error: unknown,
  known: { readonly host: string; readonly port: number; readonly violations: readonly string[] },
): readonly string[] {
  if (error instanceof StartRefusedError) return error.violations;
  // What is wrong with the configuration may be why the wiring could not even be built.
  return [...known.violations, ...reasonOf(error, known)];
}

function reasonOf(error: unknown, { host, port }: { readonly host: string; readonly port: number }): readonly string[] {
  if (!(error instanceof Error)) return ['the host could not be started'];
  const { code, syscall } = systemError.parse(error);
  if (code === 'EADDRINUSE') return [`PORT: ${port} is in use by another process`];
  if (code === 'EACCES' && syscall === 'listen') return [`PORT: this user may not listen on ${port}`];
  if ((code === 'EADDRNOTAVAIL' || code === 'EAFNOSUPPORT' || code === 'EINVAL') && syscall === 'listen')
    return [`HOST: ${host} is no address of this machine; 127.0.0.1 serves this machine only, :: everybody`];
  if (syscall === 'getaddrinfo' && 'hostname' in error && error.hostname === host)
    return [`HOST: ${host} has no address (${String(code)}); name an IP address`];
  return [
    error.message
      .split('\n')
      .map((line) => line.trim())
      .filter((line) => line !== '')
      .join(' '),
  ];
}
