import { describe, expect, it } from '@jest/globals';
import {
  ContractViolationError,
  failure,
  ForbiddenError,
  HandlerError,
  IdempotencyConflictError,
  NotDeliveredError,
  OutcomeUnknownError,
  UnauthenticatedError,
  UnlistedFailure,
} from '@isolith/contracts';
import { BadRequestException, HttpException, NotFoundException, PayloadTooLargeException } from '@nestjs/common';
import { z } from 'zod';
import { problemOf, problemSchema, retryAfterOf } from './problem.js';

class OutOfStock extends failure('inventory.out-of-stock', {
  data: z.object({ sku: z.string() }),
  status: 409,
  detail: ({ sku }) => `${sku} is out of stock`,
}) {}
class UnknownSku extends failure('orders.unknown-sku', {
  data: z.object({ sku: z.string(), pointer: z.string() }),
  status: 422,
  detail: ({ sku }) => `there is no ${sku}`,
}) {}

class Busy extends failure('users.busy', {
  data: z.object({ retryAfterSeconds: z.number() }),
  status: 503,
  retryable: true,
  detail: 'busy',
}) {}

describe('Retry-After', () => {
  it('is what a failure says, in whole seconds, and nothing for others (fault 22)', () => {
    expect(retryAfterOf(new Busy({ retryAfterSeconds: 1.2 }))).toBe(2);
    expect(retryAfterOf(new Busy({ retryAfterSeconds: -1 }))).toBeUndefined();
    expect(retryAfterOf(new OutOfStock({ sku: 'X' }))).toBeUndefined();
    expect(retryAfterOf(new Error('retryAfterSeconds'))).toBeUndefined();
  });
});

describe('the problem document', () => {
  it('of a failure has its label, status and sentence', () => {
    expect(problemOf(new OutOfStock({ sku: 'MUG-001' }))).toEqual({
      type: 'out-of-stock',
      title: 'Out of stock',
      status: 409,
      detail: 'MUG-001 is out of stock',
    });
  });

  it('of a failure about a field points to it', () => {
    expect(problemOf(new UnknownSku({ sku: 'X', pointer: '/lines/0/sku' })).errors).toEqual([
      { pointer: '/lines/0/sku', detail: 'there is no X' },
    ]);
  });

  it('of a violated contract names each place', () => {
    const problems = [
      { pointer: '/lines/0/quantity', detail: 'too small' },
      { pointer: '/adress', detail: 'is not a known field' },
    ];
    expect(problemOf(new ContractViolationError('the request body is not as expected', problems))).toEqual({
      type: 'contract-violation',
      title: 'Contract violation',
      status: 400,
      detail: 'the request body is not as expected',
      errors: problems,
    });
  });

  it.each([
    [new UnauthenticatedError('sign in'), 'unauthenticated', 401],
    [new ForbiddenError('not yours'), 'forbidden', 403],
    [new IdempotencyConflictError('other body'), 'idempotency-conflict', 422],
    [new NotDeliveredError('nobody there'), 'not-delivered', 503],
    [new OutcomeUnknownError('no answer'), 'outcome-unknown', 504],
    [new UnlistedFailure('payments.payment-held', 'it is held', 409, false), 'payment-held', 409],
    [new NotFoundException('no such thing'), 'not-found', 404],
    [new PayloadTooLargeException(), 'content-too-large', 413],
    [new HttpException('teapot', 418), 'http-418', 418],
  ])('of %p is of type %s with status %i', (thrown, type, status) => {
    expect(problemOf(thrown)).toMatchObject({ type, status });
    expect(problemSchema.parse(problemOf(thrown))).toEqual(problemOf(thrown));
  });

  it('quotes nothing of the request', () => {
    expect(problemOf(new NotFoundException('Cannot GET /v1/nothing?token=hunter2')).detail).toBe(
      'there is no such route',
    );
    expect(problemOf(new BadRequestException('Unexpected token h in JSON at 3: {"a":hunter2')).detail).toBe(
      'the body is not valid JSON',
    );
  });

  it.each([
    [new Error('hunter2')],
    [new HandlerError('hunter2')],
    ['hunter2'],
    [undefined],
    [new HttpException('hunter2', 500)],
  ])('of the unexpected %p shows nothing of it', (thrown) => {
    const shown = problemOf(thrown);
    expect(shown).toMatchObject({ type: 'internal', status: 500 });
    expect(JSON.stringify(shown)).not.toContain('hunter2');
  });
});
