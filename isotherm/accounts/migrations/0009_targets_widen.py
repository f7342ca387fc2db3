"""How many people and bodies a decision allows a body."""

import django.contrib.postgres.constraints
import django.contrib.postgres.fields.ranges
import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('accounts', '0008_expertise_widen'),
        ('units', '0003_reorganisations'),
    ]

    operations = [
        migrations.CreateModel(
            name='Target',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('what', models.CharField(choices=[('staff', 'Staff (people who hold posts)'), ('focal_points', 'Subordinate bodies'), ('units_added', 'Bodies that may be added')], max_length=14)),
                ('most', models.IntegerField()),
                ('ground', models.CharField(max_length=200)),
                ('valid', django.contrib.postgres.fields.ranges.DateRangeField()),
                ('unit', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='targets', to='units.unit')),
            ],
            options={
                'constraints': [django.contrib.postgres.constraints.ExclusionConstraint(expressions=[('unit', '='), ('what', '='), ('valid', '&&')], name='a_body_has_one_target_of_a_kind_at_a_time')],
            },
        ),
    ]
