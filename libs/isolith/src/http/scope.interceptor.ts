import { GATEWAY } from '@isolith/contracts';
import { runInScope } from '@isolith/message-bus';
import { newSpan, readTraceparent } from '@isolith/observability';
import { type CallHandler, type ExecutionContext, Injectable, type NestInterceptor } from '@nestjs/common';
import { Observable } from 'rxjs';
import { z } from 'zod';

/** Who sends a request, as the application knows it. */
export interface Caller {
  /** The user's id. */
  readonly user: string;
  readonly roles?: readonly string[];
}

/**
 * Tells who sends a request; undefined for nobody in particular. Asked behind the application's guards, once a request.
 */
export type CallerOf = (request: object) => Caller | undefined;

const caller = z.object({ user: z.string().min(1), roles: z.array(z.string()).default([]) }).optional();
const traced = z.object({ headers: z.object({ traceparent: z.unknown() }) });

/**
 * The scope of a request where the edge's own part `requests` is not used: guards have run, so whoever they found is
 * who speaks. What filters do is outside of it.
 */
@Injectable()
export class ScopeInterceptor implements NestInterceptor {
  constructor(private readonly callerOf: CallerOf) {}

  intercept(context: ExecutionContext, next: CallHandler): Observable<unknown> {
    if (context.getType() !== 'http') return next.handle();
    const request = context.switchToHttp().getRequest<object>();
    const { user, roles = [] } = caller.parse(this.callerOf(request)) ?? {};
    const scope = {
      context: GATEWAY,
      principal: { service: GATEWAY, roles, ...(user === undefined ? {} : { user }) },
      correlationId: newSpan(readTraceparent(traced.safeParse(request).data?.headers.traceparent)).traceId,
    };
    return new Observable((subscriber) => runInScope(scope, () => next.handle().subscribe(subscriber)));
  }
}
