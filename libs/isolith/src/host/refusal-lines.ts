import { StartRefusedError } from '@isolith/message-bus/nest';

/** What a person is told of a start that failed, one line each. */
export function refusalLines(
  error: unknown,
  known: { readonly port: number; readonly violations: readonly string[] },
): readonly string[] {
  if (error instanceof StartRefusedError) return error.violations;
  // What is wrong with the configuration may be why the wiring could not even be built.
  return [...known.violations, ...reasonOf(error, known.port)];
}

function reasonOf(error: unknown, port: number): readonly string[] {
  if (!(error instanceof Error)) return ['the host could not be started'];
  const code = 'code' in error ? error.code : undefined;
  if (code === 'EADDRINUSE') return [`PORT: ${port} is in use by another process`];
  if (code === 'EACCES' && 'syscall' in error && error.syscall === 'listen')
    return [`PORT: this user may not listen on ${port}`];
  return [
    error.message
      .split('\n')
      .map((line) => line.trim())
      .filter((line) => line !== '')
      .join(' '),
  ];
}
