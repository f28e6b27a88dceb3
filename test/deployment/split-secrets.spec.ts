import { expect, it } from '@jest/globals';
import { hostEnvironments } from '../../scripts/split/host-environments.js';

it('the file of a secret is for the hosts that the secret is for', () => {
  const contexts = [
    { name: 'users', settings: ['ADMIN_PASSWORD'] },
    { name: 'orders', settings: [] },
  ];
  const files = {
    ADMIN_PASSWORD_FILE: '/admin',
    AUTH_SECRET_FILE: '/auth',
    DATABASE_URL_FILE: '/database',
    ORDERS_DATABASE_URL_FILE: '/orders',
  };
  const told = hostEnvironments(contexts, files).map(({ name, env }) => [
    name,
    Object.keys(env).filter((variable) => variable in files),
  ]);
  expect(Object.fromEntries(told)).toEqual({
    users: ['ADMIN_PASSWORD_FILE', 'AUTH_SECRET_FILE', 'DATABASE_URL_FILE'],
    orders: ['AUTH_SECRET_FILE', 'DATABASE_URL_FILE', 'ORDERS_DATABASE_URL_FILE'],
    gateway: ['AUTH_SECRET_FILE'],
  });
});
