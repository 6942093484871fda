"""Migrating a database file to its newest schema. Imported only for a new or an old file: sqlite-utils costs 70 ms."""

from __future__ import annotations

from datetime import UTC, datetime

from sqlite_utils import Database, Migrations

from kiosk.sqlite.guarded import GuardedConnection
from kiosk.sqlite.wal import use_write_ahead_log


def migrate(connection: GuardedConnection, migrations: Migrations, patience_s: float) -> None:
    """Apply the missing migrations; several processes may try at once. `PRAGMA user_version` counts the applied ones.


    Raises:
        StoreError: the file cannot be written, or stayed locked for `patience_s` seconds.
    """
    use_write_ahead_log(connection, patience_s)
    db = Database(connection)
    # IMMEDIATE: two processes with a new file must not both begin as readers and then both wait to write.
    db.execute("BEGIN IMMEDIATE")
    try:
        _name_applied(db, migrations)
        migrations.apply(db)
        db.execute(f"PRAGMA user_version = {len(migrations.applied(db))}")
        db.execute("COMMIT")
    except BaseException:
        connection.rollback()
        raise


def _name_applied(db: Database, migrations: Migrations) -> None:
    """Record the names of migrations that the file has by its number only, so that they are not applied again."""
    migrations.ensure_migrations_table(db)
    (version,) = db.execute("PRAGMA user_version").fetchone()
    unnamed = version - len(migrations.applied(db))
    rows = [
        {"migration_set": migrations.name, "name": migration.name, "applied_at": str(datetime.now(UTC))}
        for migration in migrations.pending(db)[: max(unnamed, 0)]
    ]
    db.table(migrations.migrations_table).insert_all(rows)
