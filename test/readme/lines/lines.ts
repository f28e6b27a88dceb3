import type { Socket } from 'node:net';

/**
 * Calls `on` for each line. A line that it can't take ends the connection: whoever is at the other end speaks something
 * else.
 */
export function linesOf(socket: Socket, on: (line: string) => void): void {
  let rest = '';
  socket.setEncoding('utf8').on('data', (more: string) => {
    const lines = (rest + more).split('\n');
    rest = lines.pop() ?? '';
    try {
      for (const line of lines) on(line);
    } catch {
      socket.destroy();
    }
  });
}
