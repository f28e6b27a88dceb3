import { ListNotificationsRoute } from './features/list-notifications.route.js';

export const notificationsRoutes = [ListNotificationsRoute];
