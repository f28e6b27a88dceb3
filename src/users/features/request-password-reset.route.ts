import { CommandId, Public } from '@isolith/isolith/http';
import { withOptions } from '@isolith/message-bus';
import { Body, Controller, HttpCode, Post } from '@nestjs/common';
import { CommandBus } from '@nestjs/cqrs';
import { ApiAcceptedResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { z } from 'zod';
import { Email, RequestPasswordReset } from '../users.contract.js';

const request = z.object({ email: Email });
type Request = z.output<typeof request>;

@ApiTags('users')
@Controller('v1/password-resets')
export class RequestPasswordResetRoute {
  constructor(private readonly commands: CommandBus) {}

  @Public()
  @Post()
  @HttpCode(202)
  @ApiOperation({ summary: 'Send a token for a new password to the owner of the address, whether there is one or not' })
  @ApiAcceptedResponse()
  async request(@Body({ schema: request }) { email }: Request, @CommandId() id: string): Promise<void> {
    await this.commands.execute(withOptions(new RequestPasswordReset({ email }), { id }));
  }
}
