import { describe, expect, it } from '@jest/globals';
import { NotFoundException } from '@nestjs/common';
import { DocsController } from './docs.controller.js';

const docs = new DocsController();

describe('the documentation page', () => {
  it('uses only files that are there', async () => {
    const files = [...docs.page().matchAll(/"docs\/assets\/([\w.-]+)"/g)].map(([, name = '']) => name);
    expect(files).toHaveLength(3);
    for (const name of files) {
      const chunks: unknown[] = [];
      for await (const chunk of docs.asset(name).getStream()) chunks.push(chunk);
      expect(chunks.length).toBeGreaterThan(0);
    }
  });

  it('runs no script that stands in the page itself', () => {
    expect(docs.page()).not.toMatch(/<script(?![^>]*\ssrc=)/);
    expect(docs.start()).toContain("'docs-json'");
  });

  it('leaves no token in the browser when it is closed (fault 44)', () => {
    expect(docs.start()).toContain('persistAuthorization: false');
  });

  it('links to nothing but what lies beside it, under whatever path a proxy shows it (fault 37)', () => {
    const links = [...`${docs.page()}${docs.start()}`.matchAll(/(?:src|href)="([^"]*)"|url: '([^']*)'/g)].flatMap(
      ([, link, url]) => link ?? url ?? [],
    );
    expect(links).toHaveLength(5);
    for (const link of links) expect(new URL(link, 'https://example.test/shop/docs').pathname).toMatch(/^\/shop\/docs/);
  });

  it.each(['../package.json', 'package.json', 'constructor', ''])('has no file %p', (name) => {
    expect(() => docs.asset(name)).toThrow(NotFoundException);
  });
});
