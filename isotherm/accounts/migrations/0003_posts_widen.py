"""Posts are founded, closed, acted in and lent by decisions; leaders have fields in charge; departments sign for others."""

import django.contrib.postgres.constraints
import django.contrib.postgres.fields.ranges
import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('accounts', '0002_sessions_ended'),
        ('units', '0003_reorganisations'),
    ]

    operations = [
        migrations.CreateModel(
            name='Charge',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('field', models.CharField(max_length=40)),
                ('ground', models.CharField(max_length=200)),
                ('valid', django.contrib.postgres.fields.ranges.DateRangeField()),
            ],
        ),
        migrations.CreateModel(
            name='SigningAuthority',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('how', models.CharField(choices=[('by_order', 'By order (TL.)'), ('by_delegation', 'By delegation (TUQ.)')], max_length=14)),
                ('ground', models.CharField(max_length=200)),
                ('matters', models.CharField(blank=True, max_length=1000)),
                ('valid', django.contrib.postgres.fields.ranges.DateRangeField()),
            ],
        ),
        migrations.RemoveConstraint(
            model_name='appointment',
            name='a_post_has_one_holder_at_a_time',
        ),
        migrations.AddField(
            model_name='appointment',
            name='ground',
            field=models.CharField(blank=True, db_default='', default='', max_length=200),
        ),
        migrations.AddField(
            model_name='post',
            name='closed_by',
            field=models.CharField(blank=True, db_default='', default='', max_length=200),
        ),
        migrations.AddField(
            model_name='post',
            name='expertise',
            field=models.CharField(blank=True, db_default='', default='', max_length=400),
        ),
        migrations.AddField(
            model_name='post',
            name='founded_by',
            field=models.CharField(blank=True, db_default='', default='', max_length=200),
        ),
        migrations.AddField(
            model_name='post',
            name='leading',
            field=models.BooleanField(db_default=False, default=False),
        ),
        migrations.AlterField(
            model_name='appointment',
            name='how',
            field=models.CharField(choices=[('held', 'Holds the post'), ('acting', 'Acting'), ('stand_in', 'Stands in'), ('seconded', 'Seconded')], default='held', max_length=10),
        ),
        migrations.AddConstraint(
            model_name='appointment',
            constraint=django.contrib.postgres.constraints.ExclusionConstraint(condition=models.Q(('how__in', ['held', 'seconded'])), expressions=[('post', '='), ('valid', '&&')], name='a_post_has_one_holder_at_a_time'),
        ),
        migrations.AddConstraint(
            model_name='appointment',
            constraint=django.contrib.postgres.constraints.ExclusionConstraint(condition=models.Q(('how', 'acting')), expressions=[('post', '='), ('valid', '&&')], name='a_post_has_one_acting_holder_at_a_time'),
        ),
        migrations.AddField(
            model_name='charge',
            name='post',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='charges', to='accounts.post'),
        ),
        migrations.AddField(
            model_name='charge',
            name='unit',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='units.unit'),
        ),
        migrations.AddField(
            model_name='signingauthority',
            name='department',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='signs_for', to='units.unit'),
        ),
        migrations.AddField(
            model_name='signingauthority',
            name='giver',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='signed_for_by', to='units.unit'),
        ),
        migrations.AddConstraint(
            model_name='charge',
            constraint=django.contrib.postgres.constraints.ExclusionConstraint(expressions=[('unit', '='), ('field', '='), ('valid', '&&')], name='a_field_of_a_body_is_in_one_charge_at_a_time'),
        ),
        migrations.AddConstraint(
            model_name='signingauthority',
            constraint=django.contrib.postgres.constraints.ExclusionConstraint(expressions=[('giver', '='), ('department', '='), ('how', '='), ('ground', '='), ('valid', '&&')], name='a_document_lets_a_department_sign_once_at_a_time'),
        ),
    ]
