import { CommandId, Public } from '@isolith/isolith/http';
import { withOptions } from '@isolith/message-bus';
import { Body, Controller, HttpCode, Param, Post } from '@nestjs/common';
import { CommandBus } from '@nestjs/cqrs';
import { ApiNoContentResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { z } from 'zod';
import { NewPassword, ResetPassword } from '../users.contract.js';

const path = z.object({ token: z.string().min(1).max(100) });
type Path = z.output<typeof path>;
const reset = z.object({ password: NewPassword });
type Reset = z.output<typeof reset>;

@ApiTags('users')
@Controller('v1/password-resets')
export class ResetPasswordRoute {
  constructor(private readonly commands: CommandBus) {}

  @Public()
  @Post(':token')
  @HttpCode(204)
  @ApiOperation({ summary: 'Set a new password with a token, once; ends all sessions' })
  @ApiNoContentResponse()
  async reset(
    @Param({ schema: path }) { token }: Path,
    @Body({ schema: reset }) { password }: Reset,
    @CommandId() id: string,
  ): Promise<void> {
    await this.commands.execute(withOptions(new ResetPassword({ token, password }), { id }));
  }
}
