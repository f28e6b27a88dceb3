import { CommandId, Public } from '@isolith/isolith/http';
import { withOptions } from '@isolith/message-bus';
import { Body, Controller, Post } from '@nestjs/common';
import { CommandBus } from '@nestjs/cqrs';
import { ApiCreatedResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { z } from 'zod';
import { Email, NewPassword, PersonName, RegisterUser, Roles, UserId } from '../users.contract.js';

const registration = z.object({ email: Email, password: NewPassword, name: PersonName });
type Registration = z.output<typeof registration>;
const answer = z.object({ id: UserId, email: Email, name: PersonName, roles: Roles });

@ApiTags('users')
@Controller('v1/users')
export class RegisterUserRoute {
  constructor(private readonly commands: CommandBus) {}

  @Public()
  @Post()
  @ApiOperation({ summary: 'Create an account' })
  @ApiCreatedResponse({ standardSchema: answer })
  async register(
    @Body({ schema: registration }) { email, password, name }: Registration,
    @CommandId() id: string,
  ): Promise<z.output<typeof answer>> {
    const { userId, roles } = await this.commands.execute(
      withOptions(new RegisterUser({ email, password, name }), { id }),
    );
    return { id: userId, email: email.toLowerCase(), name, roles };
  }
}
