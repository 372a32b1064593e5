"""Which migrations a process of the release before could not live with: django-migration-linter judges their SQL.

A deploy migrates first; then old and new processes share the tables for a while. So a new column is one that an old
INSERT may leave out, and nothing is dropped, renamed or narrowed that old code still names.
"""

from __future__ import annotations

from django.apps import apps
from django.db import connection
from django.db.migrations import Migration
from django.db.migrations.loader import MigrationLoader
from django_migration_linter.sql_analyser.analyser import analyse_sql_statements
from django_migration_linter.sql_analyser.postgresql import PostgresqlAnalyser

HARMLESS = {
    # The same unique columns as before, written as a constraint: what an old process may insert hasn't changed.
    "notifications.0006_no_like_indexes": ["ADD_UNIQUE"],
}


def refused() -> dict[str, list[str]]:
    """What is wrong with each of our migrations, by `app.name`; those that make an app's first tables are fine."""
    found = {f"{each.app_label}.{each.name}": faults(each) for each in ours() if not each.initial}
    return {name: codes for name, codes in found.items() if codes and codes != HARMLESS.get(name)}


def ours() -> list[Migration]:
    """The migrations of this project's apps."""
    installed = {config.label for config in apps.get_app_configs() if "site-packages" not in config.path}
    migrations = MigrationLoader(connection).disk_migrations.values()
    return sorted((each for each in migrations if each.app_label in installed), key=str)


def faults(migration: Migration) -> list[str]:
    """The linter's codes for what old code would stumble over, from the SQL that PostgreSQL would be given."""
    loader = MigrationLoader(connection)
    key = (migration.app_label, migration.name)
    before = loader.project_state(key, at_end=False) if key in loader.disk_migrations else loader.project_state()
    with connection.schema_editor(collect_sql=True, atomic=False) as editor:
        migration.apply(before, editor, collect_sql=True)
    statements = [line for line in editor.collected_sql if not line.startswith("--")]
    errors, _, _ = analyse_sql_statements(PostgresqlAnalyser, statements, ())
    return [error.code for error in errors]
