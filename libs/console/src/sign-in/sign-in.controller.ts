import { Public } from '@isolith/isolith/http';
import { Body, Controller, HttpCode, Post } from '@nestjs/common';
import { z } from 'zod';
import { SignIn } from './sign-in.js';

/** Any text may be tried: what is wrong with it nobody is told. */
const given = z.object({ link: z.string().max(200) });

/** For who was shown the link when the hosts were started. */
@Public()
@Controller('console/session')
export class SignInController {
  constructor(private readonly signIn: SignIn) {}

  @Post()
  @HttpCode(200)
  open(@Body({ schema: given }) { link }: z.output<typeof given>): Promise<{ token: string; expiresAt: string }> {
    return this.signIn.byLink(link);
  }
}
