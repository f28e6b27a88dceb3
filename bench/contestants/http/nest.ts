import {
  Body,
  Controller,
  Inject,
  Injectable,
  Module,
  Post,
  Req,
  UnauthorizedException,
  type CanActivate,
  type ExecutionContext,
  StandardSchemaValidationPipe,
} from '@nestjs/common';
import { APP_GUARD, APP_PIPE, NestFactory } from '@nestjs/core';
import { JwtService } from '@nestjs/jwt';
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';
import type { FastifyRequest } from 'fastify';
import type { Server } from '../../harness/contestant.js';
import { openClient } from './client.js';
import { answerTo, claims, keys, PATH, thing, verifyOptions, type Thing } from './task.js';

const users = new WeakMap<FastifyRequest, string>();

@Injectable()
class TokenGuard implements CanActivate {
  constructor(@Inject(JwtService) private readonly tokens: JwtService) {}

  canActivate(context: ExecutionContext): boolean {
    const request = context.switchToHttp().getRequest<FastifyRequest>();
    const bearer = /^Bearer +([\x21-\x7e]+) *$/i.exec(request.headers.authorization ?? '')?.[1];
    if (bearer === undefined) throw new UnauthorizedException();
    users.set(request, claims.parse(this.tokens.verify<object>(bearer)).sub);
    return true;
  }
}

@Controller(PATH)
class ThingRoutes {
  @Post()
  add(@Body({ schema: thing }) body: Thing, @Req() request: FastifyRequest) {
    return answerTo(body, users.get(request) ?? '');
  }
}

@Module({
  controllers: [ThingRoutes],
  providers: [
    { provide: JwtService, useFactory: () => new JwtService({ secret: keys().key('access token'), verifyOptions }) },
    { provide: APP_GUARD, useClass: TokenGuard },
    { provide: APP_PIPE, useClass: StandardSchemaValidationPipe },
  ],
})
class AppModule {}

export const serve = async (): Promise<Server> => {
  const app = await NestFactory.create<NestFastifyApplication>(AppModule, new FastifyAdapter(), { logger: ['error'] });
  await app.listen(0, '127.0.0.1');
  return { address: await app.getUrl(), close: () => app.close() };
};

export const open = openClient;
