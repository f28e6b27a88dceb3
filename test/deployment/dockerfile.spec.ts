import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { z } from 'zod';
import { copiesOf, inBuildContext, readDockerfile, ROOT, type Stage, textsOf } from './dockerfile.js';

const stages = readDockerfile();
const names = stages.map(({ name }) => name);
const stage = (name: string): Stage => {
  const found = stages.find((one) => one.name === name);
  if (found === undefined) throw new Error(`the Dockerfile has no stage ${name}`);
  return found;
};
const host = stage('host');
const words = z.array(z.string());
const probe = words.parse(JSON.parse(/CMD (\[.*\])$/.exec(textsOf(host, 'HEALTHCHECK').join())?.[1] ?? '[]'));

describe('the Dockerfile', () => {
  it('is built in stages, each from an earlier one or from a base image of a named version', () => {
    for (const [index, { from }] of stages.entries()) {
      if (names.includes(from)) expect(names.indexOf(from)).toBeLessThan(index);
      else expect(from).toMatch(/^(node:24-alpine|alpine:)\d+\.\d+$/);
    }
    expect(stages.at(-1)).toBe(host);
  });

  it('takes Node and the system that it runs on from the same Alpine', () => {
    expect(/alpine(\d+\.\d+)$/.exec(stage('node').from)?.[1]).toBe(/:(\d+\.\d+)$/.exec(host.from)?.[1]);
  });

  it('copies only what is there, in the repository and past .dockerignore, or in an earlier stage', () => {
    for (const [index, one] of stages.entries()) {
      for (const { from, sources } of copiesOf(one)) {
        if (from !== undefined) expect(names.slice(0, index)).toContain(from);
        else expect(sources.filter((source) => !existsSync(join(ROOT, source)) || !inBuildContext(source))).toEqual([]);
      }
    }
  });

  it('runs no install script and leaves development and optional packages out', () => {
    const installs = stages.flatMap((one) => textsOf(one, 'RUN')).filter((text) => text.includes('npm '));
    expect(installs).toHaveLength(2);
    for (const text of installs) expect(text).toMatch(/npm ci --ignore-scripts/);
    expect(textsOf(stage('production'), 'RUN').join()).toMatch(/npm ci .*--omit=dev --omit=optional/);
    // npm installs what a workspace depends on, unless the workspace is not there.
    expect(textsOf(stage('production'), 'ARG')).toEqual(['EMBEDDED=no']);
    expect(textsOf(stage('production'), 'RUN').join()).toMatch(
      /^if \[ "\$EMBEDDED" != yes \]; then rm -rf libs\/embedded; fi .*npm ci/,
    );
    expect(
      copiesOf(host)
        .filter(({ target }) => target.includes('node_modules'))
        .map(({ from }) => from),
    ).toEqual(['production']);
  });
});

describe('the image', () => {
  it('runs as a user that is not root and owns only the data folder', () => {
    const [user = ''] = textsOf(host, 'USER');
    expect(user).toMatch(/^[1-9]\d+:[1-9]\d+$/);
    // Nothing is copied after USER, and nothing is given to it.
    expect(textsOf(host, 'COPY').join()).not.toContain('--chown');
    expect(
      textsOf(host, 'RUN')
        .join()
        .match(/-o shop/g),
    ).toHaveLength(1);
  });

  it('starts the host itself, so that the signal to stop reaches it, and asks it for its health without another program', () => {
    expect(textsOf(host, 'CMD')).toEqual(['["node", "dist/main.js"]']);
    expect(textsOf(host, 'ENTRYPOINT')).toEqual([]);
    expect(textsOf(host, 'STOPSIGNAL')).toEqual(['SIGTERM']);
    expect(probe).toEqual(['node', '/app/dist/probe.js', 'live']);
  });

  it('has a probe that is a file of it, and no word of it has a space (fault 49)', () => {
    expect(probe.filter((word) => /\s/.test(word))).toEqual([]);
    expect(existsSync(join(ROOT, 'src', 'probe.ts'))).toBe(true);
  });

  it('listens for everybody, over IPv6 and IPv4 (fault 29)', () => {
    expect(textsOf(host, 'ENV').join()).toContain(' HOST=:: ');
  });

  it('says what it is and nothing about who built it or where', () => {
    const keys = textsOf(host, 'LABEL').flatMap((text) => [...text.matchAll(/([\w.]+)="/g)].map(([, key]) => key));
    expect(keys).toEqual(['title', 'description', 'licenses'].map((key) => `org.opencontainers.image.${key}`));
  });
});

describe('the build context', () => {
  it('holds no history, nothing built or installed, no data, no secret, no test', () => {
    const libs = readdirSync(join(ROOT, 'libs')).flatMap((lib) => [
      `libs/${lib}/dist/index.js`,
      `libs/${lib}/node_modules/x/index.js`,
    ]);
    const kept = [
      '.git/HEAD',
      'node_modules/pg/package.json',
      'dist/main.js',
      '.isolith/split-secret',
      '.env',
      '.env.production',
      'test/support/host.ts',
      'src/app.module.spec.ts',
      'docker-compose.yml',
      ...libs,
    ].filter((path) => inBuildContext(path));
    expect(kept).toEqual([]);
  });

  it('holds the sources', () => {
    expect(
      ['src/main.ts', 'libs/journal/src/index.ts', 'libs/journal/package.json', 'package-lock.json'].filter(
        (path) => !inBuildContext(path),
      ),
    ).toEqual([]);
  });
});
