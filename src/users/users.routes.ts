import { ChangeRolesRoute } from './features/change-roles.route.js';
import { CloseSessionRoute } from './features/close-session.route.js';
import { GetMeRoute } from './features/get-me.route.js';
import { OpenSessionRoute } from './features/open-session.route.js';
import { RefreshSessionRoute } from './features/refresh-session.route.js';
import { RegisterUserRoute } from './features/register-user.route.js';
import { RequestPasswordResetRoute } from './features/request-password-reset.route.js';
import { ResetPasswordRoute } from './features/reset-password.route.js';
import { UpdateProfileRoute } from './features/update-profile.route.js';

// `me` stands before `:id`, so that no router takes it for one.
export const usersRoutes = [
  RegisterUserRoute,
  GetMeRoute,
  UpdateProfileRoute,
  ChangeRolesRoute,
  OpenSessionRoute,
  RefreshSessionRoute,
  CloseSessionRoute,
  RequestPasswordResetRoute,
  ResetPasswordRoute,
];
