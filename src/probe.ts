import { get } from 'node:http';

/*
 * node dist/probe.js live|ready: exit code 0 when the host with this environment answers so, else 1 and a line that
 * says why not. A file, so that a health check has no word with a space in it: some engines cut there. No import but
 * Node's:
 * it is started every few seconds.
 */
const QUESTIONS = ['live', 'ready'];
const TIMEOUT_MS = 4_000;
/** As much of an answer as a person wants to see of it. */
const SHOWN = 500;
/** Where a host that serves everybody can be asked from within. */
const LOOPBACK = '127.0.0.1';
const EVERYBODY = new Set(['', '::', '0.0.0.0']);

const end = (code: 0 | 1, line: string): void => {
  process.stdout.write(`${line.slice(0, SHOWN)}\n`);
  process.exit(code);
};

const [, , question = ''] = process.argv;
const { HOST = '', PORT = '' } = process.env;
const port = Number(PORT || '3000');
if (!QUESTIONS.includes(question)) end(1, `usage: node dist/probe.js ${QUESTIONS.join('|')}`);
if (!Number.isInteger(port) || port < 1 || port > 65_535)
  end(1, `PORT: nobody can be asked at ${JSON.stringify(PORT)}`);

const host = EVERYBODY.has(HOST) ? LOOPBACK : HOST;
get({ host, port, path: `/health/${question}`, signal: AbortSignal.timeout(TIMEOUT_MS) }, (answer) => {
  let text = `${answer.statusCode} `;
  answer
    .setEncoding('utf8')
    .on('data', (piece: string) => (text = (text + piece).slice(0, SHOWN)))
    .on('end', () => end(answer.statusCode === 200 ? 0 : 1, text))
    .on('error', (error) => end(1, error.message));
}).on('error', (error) => end(1, error.name === 'AbortError' ? `no answer within ${TIMEOUT_MS} ms` : error.message));
