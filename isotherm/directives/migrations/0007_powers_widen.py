"""A doubt about powers is overruled for a task, with a reason."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('accounts', '0010_powers_widen'),
        ('directives', '0006_signed_widen'),
    ]

    operations = [
        migrations.CreateModel(
            name='PowerOverrule',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('reason', models.CharField(max_length=1000)),
                ('at', models.DateTimeField()),
                ('post_id', models.BigIntegerField(null=True)),
                ('power', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.power')),
                ('task', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='power_overrules', to='directives.task')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('task', 'power'), name='a_power_is_overruled_for_a_task_once')],
            },
        ),
    ]
