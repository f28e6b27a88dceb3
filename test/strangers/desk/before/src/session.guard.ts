import { type CanActivate, type ExecutionContext, Injectable } from '@nestjs/common';

export interface WithUser {
  headers: Record<string, string | undefined>;
  user?: { id: string };
}

@Injectable()
export class SessionGuard implements CanActivate {
  canActivate(context: ExecutionContext): boolean {
    const request = context.switchToHttp().getRequest<WithUser>();
    const id = request.headers['x-user'];
    if (id !== undefined) request.user = { id };
    return id !== undefined;
  }
}
