from django.db import migrations, models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.state import StateApps


def _note_when(apps: StateApps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    """What was held fast is held where it stands."""
    stops = apps.get_model("patrols", "PlannedStop").objects.filter(locked=True)
    stops.update(held_at=models.F("begins_at"))


def _note_that(apps: StateApps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    stops = apps.get_model("patrols", "PlannedStop").objects.filter(held_at__isnull=False)
    stops.update(locked=True)


class Migration(migrations.Migration):
    dependencies = [("patrols", "0003_stays")]

    operations = [
        migrations.AddField(
            model_name="plannedstop",
            name="held_at",
            field=models.DateTimeField(blank=True, null=True, verbose_name="festgehalten für"),
        ),
        migrations.RunPython(_note_when, _note_that),
        migrations.RemoveField(model_name="plannedstop", name="locked"),
    ]
