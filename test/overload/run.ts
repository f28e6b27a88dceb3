import { parseArgs } from 'node:util';
import { cleanUp } from '../support/host.js';
import { keepsPromise, neighbours } from './neighbours-run.js';
import { overload } from './overload-run.js';

// npm run overload -- --seconds 60: asks a shop for three times what it gets done. npm run overload -- --neighbours 6:
// hurts one context of a split shop and looks at the others. Both print what became of it; nothing else should run
// beside them: a shop and its clients take the machine.
const { values } = parseArgs({
  options: { seconds: { type: 'string', default: '60' }, neighbours: { type: 'string', default: '6' } },
});
const [seconds, ofEach] = [Number(values.seconds), Number(values.neighbours)];
const say = (line: string): void => void process.stdout.write(`${line}\n`);

try {
  if (seconds > 0) {
    const { capacity, backAfterMs } = await overload(seconds, (report) => say(JSON.stringify(report)));
    say(
      `capacity ${Math.round(capacity)} a second; the last refusal after the overload: ${Math.round(backAfterMs)} ms`,
    );
  }
  if (ofEach > 0)
    await neighbours(ofEach, (report) => {
      say(JSON.stringify(report));
      if (!keepsPromise(report)) process.exitCode = 1;
    });
} finally {
  await cleanUp();
}
