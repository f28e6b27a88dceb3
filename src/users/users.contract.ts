import {
  anyone,
  command,
  event,
  failure,
  line,
  personal,
  query,
  role,
  secret,
  service,
  signedIn,
} from '@isolith/contracts';
import { z } from 'zod';

export const UserId = z.uuid();
export const SessionId = z.uuid();
export const Role = z.enum(['customer', 'support', 'admin']);
export type Role = z.output<typeof Role>;
export const Roles = z.array(Role).min(1).max(3);

/** Kept in lower case; two spellings of one address are one account. */
export const Email = personal(z.email().max(254));
export const PersonName = personal(line(200));
/** A password to be set. */
export const NewPassword = secret(z.string().min(8).max(200));
/** A password to be checked: whatever was accepted once must still be, so only its size is bounded. */
export const GivenPassword = secret(z.string().min(1).max(200));

/** `pointer` names the field of the input that the failure is about. */
export class EmailTaken extends failure('users.email-taken', {
  data: z.object({ pointer: z.literal('/email') }),
  status: 409,
  detail: 'There is already an account with this email',
}) {}

export class UserNotFound extends failure('users.user-not-found', {
  data: z.object({ userId: UserId }),
  status: 404,
  detail: ({ userId }) => `There is no user ${userId}`,
}) {}

/** One answer for an unknown e-mail address and a wrong password. */
export class InvalidCredentials extends failure('users.invalid-credentials', {
  status: 401,
  detail: 'The email or the password is wrong',
}) {}

export class SessionEnded extends failure('users.session-ended', {
  status: 401,
  detail: 'The session has ended; sign in again',
}) {}

/** New accounts are customers. */
export class RegisterUser extends command('users.register-user', {
  input: z.object({ email: Email, password: NewPassword, name: PersonName }),
  output: z.object({ userId: UserId, roles: Roles }),
  failures: [EmailTaken],
  access: [anyone()],
}) {}

/** Of the user that sends it. A new password ends all of the user's sessions. */
export class UpdateProfile extends command('users.update-profile', {
  input: z.object({ name: PersonName.optional(), email: Email.optional(), password: NewPassword.optional() }),
  failures: [EmailTaken, UserNotFound],
  access: [signedIn()],
}) {}

/** Takes effect with the user's next access token. */
export class ChangeRoles extends command('users.change-roles', {
  input: z.object({ userId: UserId, roles: Roles }),
  failures: [UserNotFound],
  access: [role('admin')],
}) {}

export const Account = z.object({
  id: UserId,
  email: Email,
  name: PersonName,
  roles: Roles,
  createdAt: z.iso.datetime(),
});
export type Account = z.output<typeof Account>;

/** For the user itself, admins, and notifications, which write to people; anybody else's account is UserNotFound. */
export class GetUser extends query('users.get-user', {
  input: z.object({ userId: UserId }),
  output: Account,
  failures: [UserNotFound],
  access: [signedIn(), service('notifications')],
}) {}

/** A session starts at generation 1; each refresh raises it by one. Tokens are made at the edge, never here. */
const SessionGrant = z.object({ userId: UserId, roles: Roles, generation: z.int().min(1) });

export class OpenSession extends command('users.open-session', {
  input: z.object({ email: Email, password: GivenPassword }),
  output: SessionGrant.extend({ sessionId: SessionId }),
  failures: [InvalidCredentials],
  access: [anyone()],
}) {}

/** What the edge makes of a grant; `expiresIn` is the life of the access token in seconds. */
export const SessionTokens = z.object({ accessToken: z.string(), expiresIn: z.int(), refreshToken: z.string() });

/** The generation must be the current one. An older one was used before, so it may be stolen: the session ends. */
export class RefreshSession extends command('users.refresh-session', {
  input: z.object({ sessionId: SessionId, generation: z.int().min(1) }),
  output: SessionGrant,
  failures: [SessionEnded],
  access: [anyone()],
}) {}

/** Ends a session of the user that sends it; nothing happens when there is none of that id. */
export class CloseSession extends command('users.close-session', {
  input: z.object({ sessionId: SessionId }),
  access: [signedIn()],
}) {}

export class UserRegistered extends event('users.user-registered', {
  input: z.object({ userId: UserId }),
  key: 'userId',
}) {}
