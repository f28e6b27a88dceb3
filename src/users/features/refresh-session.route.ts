import { AccessTokens, Public, RefreshTokens } from '@isolith/isolith/http';
import { Body, Controller, Post } from '@nestjs/common';
import { CommandBus } from '@nestjs/cqrs';
import { ApiCreatedResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { z } from 'zod';
import { RefreshSession, SessionTokens } from '../users.contract.js';

const refresh = z.object({ refreshToken: z.string().min(1).max(4096) });
type Refresh = z.output<typeof refresh>;

@ApiTags('sessions')
@Controller('v1/sessions/refresh')
export class RefreshSessionRoute {
  constructor(
    private readonly commands: CommandBus,
    private readonly accessTokens: AccessTokens,
    private readonly refreshTokens: RefreshTokens,
  ) {}

  // No Idempotency-Key here either: a stored reply would outlive the session.
  @Public()
  @Post()
  @ApiOperation({
    summary: 'Exchange a refresh token for new tokens, once; for a few seconds a repetition gets the same ones',
  })
  @ApiCreatedResponse({ standardSchema: SessionTokens })
  async refresh(@Body({ schema: refresh }) { refreshToken }: Refresh): Promise<z.output<typeof SessionTokens>> {
    const { session, generation: used } = this.refreshTokens.verify(refreshToken);
    const { userId, roles, generation } = await this.commands.execute(
      new RefreshSession({ sessionId: session, generation: used }),
    );
    return {
      accessToken: this.accessTokens.issue({ user: userId, roles, session }),
      expiresIn: this.accessTokens.lifetimeSeconds,
      refreshToken: this.refreshTokens.issue({ session, generation }),
    };
  }
}
