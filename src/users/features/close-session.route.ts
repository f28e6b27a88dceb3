import { CurrentSession, SignedIn } from '@isolith/isolith/http';
import { Controller, Delete, HttpCode } from '@nestjs/common';
import { CommandBus } from '@nestjs/cqrs';
import { ApiBearerAuth, ApiNoContentResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { CloseSession } from '../users.contract.js';

@ApiTags('sessions')
@ApiBearerAuth()
@SignedIn()
@Controller('v1/sessions')
export class CloseSessionRoute {
  constructor(private readonly commands: CommandBus) {}

  @Delete()
  @HttpCode(204)
  @ApiOperation({ summary: 'Sign out: ends the session of the access token' })
  @ApiNoContentResponse()
  async close(@CurrentSession() sessionId: string): Promise<void> {
    await this.commands.execute(new CloseSession({ sessionId }));
  }
}
