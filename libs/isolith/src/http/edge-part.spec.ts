import { describe, expect, it } from '@jest/globals';
import { edgeViolations, WHOLE_EDGE } from './edge-part.js';

describe('the parts of the edge', () => {
  it.each(['fastify', undefined])('are all there in a host of its own, on %s', (platform) => {
    expect(edgeViolations(WHOLE_EDGE, platform)).toEqual([]);
  });

  it('name what a listed one needs', () => {
    expect(edgeViolations(['identity', 'validation', 'health'], 'express')).toEqual([
      'edge: identity needs requests, which is not listed',
    ]);
  });

  it('say in a line that one of them is for Fastify', () => {
    expect(edgeViolations(['requests', 'problems'], 'express')).toEqual([
      'edge: requests needs Fastify, and this application is on express: leave it out, with what needs it',
    ]);
  });

  it('are all asked for in a host that nobody else guards', () => {
    expect(edgeViolations(WHOLE_EDGE, 'fastify', true)).toEqual([]);
    expect(edgeViolations(['requests', 'identity', 'validation', 'problems'], 'fastify', true)).toEqual([
      'edge: runHost runs hosts with the WHOLE_EDGE, and health, operations are not listed',
    ]);
  });

  it('ask for nothing where none is wanted', () => {
    expect(edgeViolations([], 'express')).toEqual([]);
  });
});
