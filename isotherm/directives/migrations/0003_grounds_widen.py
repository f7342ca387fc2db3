"""What becomes of tasks that lose their ground: a table of its own, and a column filled by the database."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('directives', '0002_review_widen'),
    ]

    operations = [
        migrations.AddField(
            model_name='relation',
            name='judged',
            field=models.CharField(blank=True, db_default='', default='', max_length=10),
        ),
        migrations.CreateModel(
            name='GroundDecision',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('what', models.CharField(choices=[('keep', 'Kept'), ('recall', 'Recalled'), ('leave', 'Left to the new document')], max_length=10)),
                ('reason', models.TextField()),
                ('at', models.DateTimeField()),
                ('post_id', models.BigIntegerField(null=True)),
                ('by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='grounds_taken', to='directives.document')),
                ('carried_on', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='directives.task')),
                ('task', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='ground_decisions', to='directives.task')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('task', 'by'), name='a_lost_ground_is_decided_once')],
            },
        ),
    ]
