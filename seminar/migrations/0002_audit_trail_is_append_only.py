"""Lets PostgreSQL refuse every change of the audit trail but the erasing of an entry's details under retention."""

from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.state import StateApps

GUARD = """
CREATE FUNCTION seminar_refuse_audit_change() RETURNS trigger AS $$
BEGIN
    IF TG_OP = 'UPDATE' AND NEW.details = '{}'::jsonb
       AND to_jsonb(NEW) - 'details' = to_jsonb(OLD) - 'details' THEN
        RETURN NEW;
    END IF;
    RAISE EXCEPTION 'the audit trail is append-only';
END
$$ LANGUAGE plpgsql;
CREATE TRIGGER seminar_audit_append_only BEFORE UPDATE OR DELETE ON seminar_auditentry
    FOR EACH ROW EXECUTE FUNCTION seminar_refuse_audit_change();
"""
UNGUARD = """
DROP TRIGGER seminar_audit_append_only ON seminar_auditentry;
DROP FUNCTION seminar_refuse_audit_change();
"""


def guard(apps: StateApps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute(GUARD)


def unguard(apps: StateApps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute(UNGUARD)


class Migration(migrations.Migration):
    dependencies = [("seminar", "0001_initial")]

    operations = [migrations.RunPython(guard, unguard)]
