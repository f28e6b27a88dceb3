import { AccessTokens, ClientOrigin, Public, RefreshTokens } from '@isolith/isolith/http';
import { Body, Controller, Post } from '@nestjs/common';
import { CommandBus } from '@nestjs/cqrs';
import { ApiCreatedResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { z } from 'zod';
import { Email, GivenPassword, OpenSession, SessionTokens } from '../users.contract.js';

const credentials = z.object({ email: Email, password: GivenPassword });
type Credentials = z.output<typeof credentials>;

@ApiTags('sessions')
@Controller('v1/sessions')
export class OpenSessionRoute {
  constructor(
    private readonly commands: CommandBus,
    private readonly accessTokens: AccessTokens,
    private readonly refreshTokens: RefreshTokens,
  ) {}

  // An Idempotency-Key has no say here: a stored reply would open a session without looking at the password.
  @Public()
  @Post()
  @ApiOperation({ summary: 'Sign in' })
  @ApiCreatedResponse({ standardSchema: SessionTokens })
  async open(
    @Body({ schema: credentials }) { email, password }: Credentials,
    @ClientOrigin() origin: string,
  ): Promise<z.output<typeof SessionTokens>> {
    const { sessionId, userId, roles, generation } = await this.commands.execute(
      new OpenSession({ email, password, origin }),
    );
    return {
      accessToken: this.accessTokens.issue({ user: userId, roles, session: sessionId }),
      expiresIn: this.accessTokens.lifetimeSeconds,
      refreshToken: this.refreshTokens.issue({ session: sessionId, generation }),
    };
  }
}
