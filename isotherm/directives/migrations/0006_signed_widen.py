"""In whose name a document gives its tasks. New columns only, filled by the database."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('directives', '0005_list_columns_widen'),
        ('units', '0003_reorganisations'),
    ]

    operations = [
        migrations.AddField(
            model_name='document',
            name='in_name_of',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='given_in_its_name', to='units.unit'),
        ),
        migrations.AddField(
            model_name='document',
            name='signed_how',
            field=models.CharField(db_default='own', default='own', max_length=14),
        ),
    ]
