"""The record only grows: triggers that refuse, and a wake-up call for live readers."""

from django.db import migrations

from streife.db.append_only import AppendOnly

# A year goes as a whole, once its log says so; that row in turn may only grow.
DROPPED = "EXISTS (SELECT 1 FROM journal_log l WHERE l.year = OLD.log_id AND l.dropped_at IS NOT NULL)"
# A body goes once its erasure stands in the record, or with its year.
ERASED = """EXISTS (
    SELECT 1 FROM journal_entry e JOIN journal_log l ON l.year = e.log_id
    WHERE e.id = OLD.entry_id AND (l.dropped_at IS NOT NULL OR EXISTS (
        SELECT 1 FROM journal_entry x WHERE x.act = 'journal.body_erased'
        AND x.subject = 'journal:' || e.log_id || '/' || e.number)))"""
GROWS = """NEW.year = OLD.year AND OLD.dropped_at IS NULL AND (NEW.size > OLD.size
    OR (NEW.size = OLD.size AND NEW.frontier = OLD.frontier AND NEW.dropped_at IS NOT NULL))"""

CHANNEL = """
CREATE OR REPLACE FUNCTION journal_entry_notify() RETURNS trigger LANGUAGE plpgsql AS
$$ BEGIN PERFORM pg_notify('streife_journal', TG_TABLE_SCHEMA); RETURN NULL; END $$;
CREATE TRIGGER journal_entry_notify AFTER INSERT ON journal_entry
FOR EACH STATEMENT EXECUTE FUNCTION journal_entry_notify();
"""


def install_notify(apps, schema_editor):
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute(CHANNEL, params=None)


def remove_notify(apps, schema_editor):
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute("DROP TRIGGER journal_entry_notify ON journal_entry", params=None)


class Migration(migrations.Migration):
    dependencies = [("journal", "0001_initial")]

    operations = [
        AppendOnly("journal_log", update_when=GROWS),
        AppendOnly("journal_entry", delete_when=DROPPED),
        AppendOnly("journal_body", delete_when=ERASED),
        AppendOnly("journal_checkpoint"),
        AppendOnly("journal_verification"),
        migrations.RunPython(install_notify, remove_notify),
    ]
