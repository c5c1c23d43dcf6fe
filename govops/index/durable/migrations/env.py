"""Alembic runs this for each upgrade, in the transaction of whoever asked for it."""

from __future__ import annotations

from alembic import context

context.configure(connection=context.config.attributes["connection"], version_table="store_version")
context.run_migrations()
