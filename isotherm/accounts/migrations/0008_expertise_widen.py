"""Posts require fields of expertise, and people have them."""

import django.contrib.postgres.constraints
import django.contrib.postgres.fields.ranges
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('accounts', '0007_devices_widen'),
    ]

    operations = [
        migrations.AddField(
            model_name='post',
            name='requires',
            field=models.CharField(blank=True, db_default='', default='', max_length=400),
        ),
        migrations.CreateModel(
            name='Expertise',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('what', models.CharField(max_length=40)),
                ('ground', models.CharField(max_length=200)),
                ('valid', django.contrib.postgres.fields.ranges.DateRangeField()),
                ('person', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='expertise', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'constraints': [django.contrib.postgres.constraints.ExclusionConstraint(expressions=[('person', '='), ('what', '='), ('valid', '&&')], name='a_person_has_a_field_of_expertise_once_at_a_time')],
            },
        ),
    ]
