import { install, whyNotInstallable } from '../services/debian.ts';
import { StepFailed } from '../steps.mjs';
import { chromiumProgram } from './chromium-program.ts';

/**
 * Installs Debian's Chromium where there is none.
 * @returns the browser's program
 * @throws {StepFailed} with what to do, or with apt's output
 */
export const ensureChromium = async (): Promise<string> => {
  const here = chromiumProgram();
  if (here !== undefined) return here;
  const obstacle = whyNotInstallable();
  if (obstacle === undefined) await install(['chromium']);
  const installed = chromiumProgram();
  if (installed !== undefined) return installed;
  throw new StepFailed(
    'chromium',
    `the pages of the console were tried in no browser, there is none here (${obstacle ?? 'the package chromium brings none'}): install Chromium or Chrome`,
  );
};
