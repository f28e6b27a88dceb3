import { request } from 'node:http';

/**
 * Asks the process that keeps our servers to do something to one of them; resolves with what that wrote, when it is
 * done.
 * @param path of the action, for instance `/kill` or `/database/start`
 */
export function askKeeper(socketPath: string, path: string, args: readonly string[] = []): Promise<string> {
  return new Promise<string>((resolve, reject) => {
    const asked = request({ socketPath, method: 'POST', path }, (answer) => {
      let text = '';
      answer.setEncoding('utf8').on('data', (part: string) => (text += part));
      answer.once('end', () => (answer.statusCode === 200 ? resolve(text) : reject(new Error(`${path}: ${text}`))));
    });
    asked.once('error', reject);
    asked.end(JSON.stringify(args));
  });
}
