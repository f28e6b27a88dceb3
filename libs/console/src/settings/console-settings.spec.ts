import { describe, expect, it } from '@jest/globals';
import { application, parseConfig } from '@isolith/isolith';
import { consoleSettings, isShown, maySend, settingViolations } from './console-settings.js';

function settingsIn(env: Record<string, string>) {
  const { config, violations } = parseConfig(application('tiny', [], consoleSettings), env);
  return { settings: config.settings(consoleSettings), violations };
}

describe('a console', () => {
  it.each([
    [{}, true],
    [{ NODE_ENV: 'development' }, true],
    [{ NODE_ENV: 'production' }, false],
    [{ NODE_ENV: 'production', CONSOLE: 'on' }, true],
    [{ CONSOLE: 'off' }, false],
  ])('where the environment says %p is shown: %p', (env: Record<string, string>, shown) => {
    expect(isShown(settingsIn(env).settings)).toBe(shown);
  });

  it.each([
    [{}, false],
    [{ CONSOLE_SEND: 'on' }, true],
    [{ CONSOLE_SEND: 'on', CONSOLE: 'off' }, false],
    [{ CONSOLE_SEND: 'off' }, false],
  ])('where the environment says %p sends: %p', (env: Record<string, string>, sends) => {
    expect(maySend(settingsIn(env).settings)).toBe(sends);
  });

  it('sends nothing in production: the start is refused', () => {
    const { settings } = settingsIn({ NODE_ENV: 'production', CONSOLE_SEND: 'on' });
    expect(settingViolations(settings)).toEqual([expect.stringMatching(/^CONSOLE_SEND: on is refused/)]);
    expect(settingViolations(settingsIn({ NODE_ENV: 'production' }).settings)).toEqual([]);
  });

  it('is on or off, and nothing else', () => {
    expect(settingsIn({ CONSOLE: 'yes' }).violations).toEqual(['CONSOLE: expected on or off, got "yes"']);
  });
});
