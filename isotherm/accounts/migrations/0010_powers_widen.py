"""Powers that were divided, decentralised or delegated, and what the receiving bodies answer."""

import django.contrib.postgres.constraints
import django.contrib.postgres.fields.ranges
import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('accounts', '0009_targets_widen'),
        ('units', '0003_reorganisations'),
    ]

    operations = [
        migrations.CreateModel(
            name='Power',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('matter', models.CharField(max_length=1000)),
                ('phrases', models.TextField(blank=True, default='')),
                ('way', models.CharField(choices=[('division', 'Division by law'), ('decentralised', 'Decentralised'), ('delegated', 'Delegated')], max_length=14)),
                ('to_kind', models.CharField(blank=True, default='', max_length=24)),
                ('ground', models.CharField(max_length=200)),
                ('valid', django.contrib.postgres.fields.ranges.DateRangeField()),
                ('people', models.CharField(blank=True, default='', max_length=1000)),
                ('money', models.CharField(blank=True, default='', max_length=1000)),
                ('system', models.CharField(blank=True, default='', max_length=1000)),
                ('from_unit', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='powers_given', to='units.unit')),
                ('to_unit', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='powers_held', to='units.unit')),
            ],
        ),
        migrations.CreateModel(
            name='PowerAnswer',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('answer', models.CharField(choices=[('yes', 'It can be carried out'), ('with_means', 'Only with further means'), ('no', 'It cannot be carried out')], max_length=10)),
                ('words', models.CharField(blank=True, max_length=2000)),
                ('at', models.DateTimeField()),
                ('post_id', models.BigIntegerField(null=True)),
                ('power', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='answers', to='accounts.power')),
                ('unit', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='units.unit')),
            ],
        ),
        migrations.AddConstraint(
            model_name='power',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('to_kind', ''), ('to_unit__isnull', False)), models.Q(('to_unit__isnull', True), models.Q(('to_kind', ''), _negated=True)), _connector='OR'), name='a_power_goes_to_a_body_or_to_a_level'),
        ),
        migrations.AddConstraint(
            model_name='power',
            constraint=django.contrib.postgres.constraints.ExclusionConstraint(condition=models.Q(('to_unit__isnull', False)), expressions=[('matter', '='), ('from_unit', '='), ('to_unit', '='), ('ground', '='), ('valid', '&&')], name='a_decision_gives_a_power_to_a_body_once_at_a_time'),
        ),
        migrations.AddConstraint(
            model_name='power',
            constraint=django.contrib.postgres.constraints.ExclusionConstraint(condition=models.Q(('to_unit__isnull', True)), expressions=[('matter', '='), ('from_unit', '='), ('to_kind', '='), ('ground', '='), ('valid', '&&')], name='a_decision_gives_a_power_to_a_level_once_at_a_time'),
        ),
        migrations.AddIndex(
            model_name='poweranswer',
            index=models.Index(fields=['power', 'unit', '-id'], name='answer_of_a_body'),
        ),
    ]
