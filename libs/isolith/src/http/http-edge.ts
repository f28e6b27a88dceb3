import { runInScope } from '@isolith/message-bus';
import { HostLifecycle } from '@isolith/message-bus/nest';
import { Metrics, newSpan, readTraceparent, type TraceIds } from '@isolith/observability';
import {
  BadRequestException,
  type HttpException,
  Inject,
  Injectable,
  Logger,
  NotFoundException,
  NotImplementedException,
  type OnModuleInit,
  ServiceUnavailableException,
} from '@nestjs/common';
import { HttpAdapterHost } from '@nestjs/core';
import { context, isSpanContextValid, type Span, trace } from '@opentelemetry/api';
import type { FastifyAdapter } from '@nestjs/platform-fastify';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { KEY_SOURCE, keyedDigest, type KeySource } from './auth-keys.js';
import { EdgeAdapter } from './edge-adapter.js';
import { identityOf, setIdentity } from './identity.js';
import { EVERY_PATH, routeOf } from './known-routes.js';
import { pathPrefixOf } from './path-prefix.js';
import { openSpan, routeLabelOf } from './request-span.js';
import { requestIdOf } from './request-id.js';
import { identify, requestScope } from './request-scope.js';
import { SessionGate } from './session-gate.js';
import { AccessTokens } from './tokens.js';
import { unreadableQuery } from './unreadable-text.js';

/** Asked for all the time by machines; their answers are not worth a line each. */
const QUIET = /^\/(?:health|metrics)(?:\/|$)/;
/** Answered until the end, so that whoever watches the host sees it drain. */
const WHILE_DRAINING = /^\/health\//;

/** What ties the lines and spans of one request together. */
interface Call {
  readonly id: string;
  readonly span: TraceIds;
  /** The span itself; one that records nothing where nobody traces. */
  readonly opened: Span;
}

/**
 * What happens to every request, whatever its route:
 *
 *   onRequest   it is given its trace and its name (`X-Request-ID`); a host that has too much to do, or stops, refuses
 *               it; who sends it is found out from its token, whose session must not have ended
 *   preParsing  what no route takes is refused
 *   (the body is read)
 *   preHandler  the scope is opened, around guards, pipes, handler and filters; what is refused before needs none
 *   onSend      a Location is where the outside finds it; a host that stops lets go of the connection with the answer
 *   onResponse  measured and logged
 *
 * What the adapter refuses before is counted too, and logged at `debug`: clients do that, and nobody can act on it.
 */
@Injectable()
export class HttpEdge implements OnModuleInit {
  readonly #log = new Logger('http');
  /** Ties the log line of a request to those of its handling, and to what its sender calls it. */
  readonly #calls = new WeakMap<FastifyRequest, Call>();

  /** Refused in numbers that nobody reads line by line; they are counted. */
  readonly #lessToSay = new WeakSet<FastifyRequest>();
  readonly #refusals: ((request: FastifyRequest) => Error | undefined)[] = [];

  #installed = false;

  constructor(
    private readonly host: HttpAdapterHost<FastifyAdapter>,
    private readonly lifecycle: HostLifecycle,
    private readonly tokens: AccessTokens,
    private readonly metrics: Metrics,
    @Inject(KEY_SOURCE) private readonly keys: KeySource,
    private readonly sessions: SessionGate,
  ) {}

  readonly #digest = (text: string): string => keyedDigest(this.keys, 'request of a stranger', text);

  /** Nest has registered every route by now. */
  onModuleInit(): void {
    this.install();
    const adapter = this.host.httpAdapter;
    if (!(adapter instanceof EdgeAdapter)) return;
    adapter.routes.answerOtherMethods(adapter.getInstance());
    adapter.unread.onRefused = ({ method = 'unread', status, reason }) => {
      this.metrics.served({ method, route: 'unread', status }, 0);
      this.#log.debug({ message: 'a request that could not be read', method, status, reason });
    };
  }

  /** Once, however often it is called: hooks that build on the edge's call it first, so that theirs come after. */
  install(): void {
    // A host without HTTP (a standalone application context) has no edge.
    const fastify = this.host.httpAdapter?.getInstance();
    if (fastify === undefined || this.#installed) return;
    this.#installed = true;
    fastify.addHook('onRequest', (request, reply, done) => {
      const refusal = this.#admit(request, reply);
      const settled = refusal === undefined ? this.sessions.settle(request) : undefined;
      if (settled === undefined) done(refusal);
      else void settled.then(() => done(), done);
    });
    fastify.addHook('preParsing', (request, _reply, _payload, done) => done(unroutable(request)));
    fastify.addHook('preHandler', (request, _reply, done) => this.#open(request, done));
    fastify.addHook('onSend', (request, reply, _payload, done) => {
      // Routes name what is theirs; under which path the outside finds it only the proxy knows.
      const location = reply.getHeader('location');
      if (typeof location === 'string' && /^\/(?!\/)/.test(location))
        void reply.header('location', pathPrefixOf(request) + location);
      // Answered while the host stops: a connection that is kept alive would hold it up until the grace is over.
      if (this.lifecycle.draining.aborted) void reply.header('connection', 'close');
      done();
    });
    fastify.addHook('onResponse', (request, reply, done) => {
      this.#answered(request, reply);
      done();
    });
  }

  /**
   * The line of this request is for `debug`: it is one of very many that are refused for one reason, which is said
   * once.
   */
  lessToSayOf(request: FastifyRequest): void {
    this.#lessToSay.add(request);
  }

  /**
   * Asked of every request before anything is spent on finding out who sends it; what it returns is answered. Whoever
   * refuses very many returns one error again and again: making one takes longer than the rest.
   */
  refuseFirst(refusal: (request: FastifyRequest) => Error | undefined): void {
    this.#refusals.push(refusal);
  }

  #admit(request: FastifyRequest, reply: FastifyReply): Error | undefined {
    const opened = openSpan(request, reply);
    const traced = opened.spanContext();
    const span = isSpanContextValid(traced) ? traced : newSpan(readTraceparent(request.headers['traceparent']));
    const id = requestIdOf(request.headers['x-request-id'], span.traceId);
    this.#calls.set(request, { id, span, opened });
    void reply.header('cache-control', 'no-store').header('x-request-id', id);
    for (const refusal of this.#refusals) {
      const refused = refusal(request);
      if (refused !== undefined) return refused;
    }
    setIdentity(request, { ...identify(this.tokens, request.headers.authorization), digest: this.#digest });
    if (request.headers.host === undefined && request.raw.httpVersion !== '1.0')
      return new BadRequestException('the Host header is missing');
    const unreadable = unreadableQuery(request.url);
    if (unreadable !== undefined) return unreadable;
    if (!this.lifecycle.draining.aborted) return undefined;
    return WHILE_DRAINING.test(routeOf(request))
      ? undefined
      : new ServiceUnavailableException('the host is stopping; ask again');
  }

  #open(request: FastifyRequest, done: () => void): void {
    const call = this.#calls.get(request);
    // Whoever sends is known from the same hook.
    if (call === undefined) throw new Error('this request did not pass the HTTP edge from its beginning');
    context.with(trace.setSpan(context.active(), call.opened), () =>
      runInScope(requestScope(identityOf(request), call.span.traceId), done),
    );
  }

  #answered(request: FastifyRequest, reply: FastifyReply): void {
    const route = routeLabelOf(request);
    const { method } = request;
    const status = reply.statusCode;
    this.metrics.served({ method, route, status }, reply.elapsedTime / 1_000);
    const call = this.#calls.get(request);
    const line = {
      message: 'request',
      method,
      route,
      status,
      duration_ms: Math.round(reply.elapsedTime * 100) / 100,
      ...(call === undefined ? {} : { request_id: call.id, trace_id: call.span.traceId, span_id: call.span.spanId }),
    };
    if (QUIET.test(routeOf(request)) || this.#lessToSay.has(request)) this.#log.debug(line);
    else this.#log.log(line);
  }
}

/** Before the body is read: what is wrong with it does not matter where nobody takes it. */
function unroutable({ is404, method, server, routeOptions }: FastifyRequest): HttpException | undefined {
  // Where other origins are allowed, OPTIONS has a route for every path that no other route has.
  if (!is404 && routeOptions.url !== EVERY_PATH) return undefined;
  // The router knows some methods only, whatever the path.
  return server.supportedMethods.includes(method)
    ? new NotFoundException('there is no such route')
    : new NotImplementedException(`${method} is not implemented`);
}
