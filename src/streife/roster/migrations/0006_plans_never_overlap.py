"""No day belongs to two plans, however many people begin one at once."""

from django.db import migrations

from streife.db.no_overlap import NoOverlap


class Migration(migrations.Migration):

    dependencies = [
        ('roster', '0005_hour_demand_area'),
    ]

    operations = [
        NoOverlap('roster_plan', start='first_day', end='last_day', inclusive=True),
    ]
