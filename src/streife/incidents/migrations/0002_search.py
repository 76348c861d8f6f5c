"""Makes the full-text index of `SearchEntry`: FTS5 on SQLite, tsvector with GIN on PostgreSQL."""

from django.db import migrations

SQLITE = """
CREATE VIRTUAL TABLE incidents_search_fts USING fts5(
    tokens, content='incidents_searchentry', content_rowid='id',
    tokenize='unicode61 remove_diacritics 0', prefix='3 4'
);
CREATE TRIGGER incidents_search_added AFTER INSERT ON incidents_searchentry BEGIN
    INSERT INTO incidents_search_fts (rowid, tokens) VALUES (new.id, new.tokens);
END;
CREATE TRIGGER incidents_search_gone AFTER DELETE ON incidents_searchentry BEGIN
    INSERT INTO incidents_search_fts (incidents_search_fts, rowid, tokens)
    VALUES ('delete', old.id, old.tokens);
END;
CREATE TRIGGER incidents_search_changed AFTER UPDATE OF tokens ON incidents_searchentry BEGIN
    INSERT INTO incidents_search_fts (incidents_search_fts, rowid, tokens)
    VALUES ('delete', old.id, old.tokens);
    INSERT INTO incidents_search_fts (rowid, tokens) VALUES (new.id, new.tokens);
END
"""
SQLITE_BACK = """
DROP TRIGGER incidents_search_added;
DROP TRIGGER incidents_search_gone;
DROP TRIGGER incidents_search_changed;
DROP TABLE incidents_search_fts
"""
POSTGRESQL = """
ALTER TABLE incidents_searchentry ADD COLUMN document tsvector
    GENERATED ALWAYS AS (to_tsvector('simple', tokens)) STORED;
CREATE INDEX incidents_search_document ON incidents_searchentry USING gin (document)
"""
POSTGRESQL_BACK = "ALTER TABLE incidents_searchentry DROP COLUMN document"


def _run(schema_editor, sqlite, postgresql):
    if schema_editor.connection.vendor == "postgresql":
        statements = postgresql.split(";\n")
    else:
        # A trigger holds semicolons of its own: a statement ends where the next CREATE or DROP is.
        statements, part = [], []
        for line in sqlite.strip().splitlines():
            if part and line.startswith(("CREATE", "DROP")):
                statements.append("\n".join(part).rstrip(";"))
                part = []
            part.append(line)
        statements.append("\n".join(part).rstrip(";"))
    for statement in statements:
        if statement.strip():
            schema_editor.execute(statement)


def forwards(apps, schema_editor):
    _run(schema_editor, SQLITE, POSTGRESQL)


def backwards(apps, schema_editor):
    _run(schema_editor, SQLITE_BACK, POSTGRESQL_BACK)


class Migration(migrations.Migration):
    dependencies = [("incidents", "0001_initial")]
    operations = [migrations.RunPython(forwards, backwards)]
