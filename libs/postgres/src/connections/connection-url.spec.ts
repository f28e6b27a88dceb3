import { expect, it } from '@jest/globals';
import { connectionOf } from './connection-url.js';

it.each([
  ['a/b', 'pässwörd'],
  ['a#b?c=d&e', '100%'],
  ['50%2F', '%2F:@/?#'],
  ['plain', 'with space +'],
  ['日本', '\u{1F600}'],
])('a database named %p and a password %p are read as they are (fault 16)', (database, password) => {
  const url = `postgres://us%40er:${encodeURIComponent(password)}@db:5433/${encodeURIComponent(database)}?sslmode=disable`;
  expect(connectionOf(url)).toMatchObject({ host: 'db', port: 5433, user: 'us@er', password, database, ssl: false });
});

it('a socket, and the default database, stay what they are', () => {
  expect(connectionOf('postgres:///shop?host=/run/postgresql')).toMatchObject({
    host: '/run/postgresql',
    database: 'shop',
  });
  expect(connectionOf('postgres://user@db')).not.toHaveProperty('database', expect.any(String));
});
