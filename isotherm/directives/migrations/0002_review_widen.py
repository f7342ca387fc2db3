"""A person says what a clause is; an undone step can be done again. New columns only, filled by the database."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('directives', '0001_initial'),
    ]

    operations = [
        migrations.AddField(
            model_name='passage',
            name='decided',
            field=models.CharField(blank=True, db_default='', default='', max_length=20),
        ),
        migrations.AddField(
            model_name='reviewstep',
            name='after',
            field=models.JSONField(null=True),
        ),
        migrations.AddField(
            model_name='reviewstep',
            name='roles',
            field=models.JSONField(null=True),
        ),
    ]
