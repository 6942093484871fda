"""The schema's version, apart from the schema so that looking at it imports nothing heavy."""

SCHEMA_VERSION = 3
"""Rises with every migration; kept in the file as `PRAGMA user_version`."""
