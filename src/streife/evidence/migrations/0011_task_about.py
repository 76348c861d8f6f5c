from django.db import migrations, models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.state import StateApps as Apps


def _name_what_is_asked(apps: Apps, _schema: BaseDatabaseSchemaEditor) -> None:
    """Say of every task which hold or request it was raised for."""
    tasks = apps.get_model("evidence", "VaultTask")
    for task in tasks.objects.iterator():
        for kind in ("hold", "request"):
            if kind in task.details:
                task.about = f"{kind}-{task.details[kind]}"
                task.save(update_fields=["about"])


class Migration(migrations.Migration):

    dependencies = [
        ('evidence', '0010_pictures_early'),
    ]

    operations = [
        migrations.AddField(
            model_name='vaulttask',
            name='about',
            field=models.CharField(blank=True, default='', max_length=30, verbose_name='worum es geht'),
            preserve_default=False,
        ),
        migrations.RemoveConstraint(
            model_name='vaulttask',
            name='evidence_task_once',
        ),
        migrations.RemoveConstraint(
            model_name='vaulttask',
            name='evidence_item_task_once',
        ),
        migrations.RunPython(_name_what_is_asked, migrations.RunPython.noop),
        migrations.AddConstraint(
            model_name='vaulttask',
            constraint=models.UniqueConstraint(condition=models.Q(('done_at__isnull', True)), fields=('kind', 'recording', 'about'), name='evidence_task_once'),
        ),
        migrations.AddConstraint(
            model_name='vaulttask',
            constraint=models.UniqueConstraint(condition=models.Q(('done_at__isnull', True)), fields=('kind', 'item', 'about'), name='evidence_item_task_once'),
        ),
    ]
