import type { MigrationInterface, QueryRunner } from 'typeorm';

export class CreateNotifications1700000000401 implements MigrationInterface {
  readonly name = 'CreateNotifications1700000000401';

  async up(runner: QueryRunner): Promise<void> {
    // One row per event and recipient: the id is derived from both. A row that waits for its channel has no sent_at.
    await runner.query(`CREATE TABLE notifications.notifications (
      id uuid PRIMARY KEY,
      position bigint GENERATED ALWAYS AS IDENTITY UNIQUE,
      recipient_user uuid,
      recipient_role text,
      kind text NOT NULL,
      text text NOT NULL,
      order_id uuid,
      created_at timestamptz NOT NULL DEFAULT now(),
      sent_at timestamptz,
      CHECK ((recipient_user IS NULL) <> (recipient_role IS NULL))
    )`);
    await runner.query(
      'CREATE INDEX notifications_user ON notifications.notifications (recipient_user, position DESC)',
    );
    await runner.query(
      'CREATE INDEX notifications_role ON notifications.notifications (recipient_role, position DESC) WHERE recipient_role IS NOT NULL',
    );
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE notifications.notifications');
  }
}

export const notificationsMigrations = [CreateNotifications1700000000401];
