"""Minutes of handing a post over."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('execution', '0002_carriages'),
    ]

    operations = [
        migrations.CreateModel(
            name='HandOver',
            fields=[
                ('id', models.BigAutoField(primary_key=True, serialize=False)),
                ('appointment_id', models.BigIntegerField()),
                ('post_id', models.BigIntegerField()),
                ('unit_id', models.BigIntegerField()),
                ('leaver_id', models.BigIntegerField()),
                ('receiver_id', models.BigIntegerField(null=True)),
                ('on', models.DateField()),
                ('ground', models.CharField(blank=True, max_length=200)),
                ('opened_at', models.DateTimeField()),
                ('lines', models.JSONField(null=True)),
                ('digest', models.CharField(blank=True, default='', max_length=64)),
                ('leaver_signed_at', models.DateTimeField(null=True)),
                ('leaver_note', models.TextField(blank=True, default='')),
                ('receiver_signed_at', models.DateTimeField(null=True)),
                ('receiver_note', models.TextField(blank=True, default='')),
                ('voided_at', models.DateTimeField(null=True)),
            ],
            options={
                'indexes': [models.Index(fields=['unit_id'], name='hand_over_by_unit'), models.Index(fields=['leaver_id'], name='hand_over_by_leaver'), models.Index(fields=['receiver_id'], name='hand_over_by_receiver')],
                'constraints': [models.CheckConstraint(condition=models.Q(models.Q(('receiver_id', models.F('leaver_id')), _negated=True), ('receiver_id__isnull', True), _connector='OR'), name='nobody_hands_over_to_himself'), models.CheckConstraint(condition=models.Q(models.Q(('leaver_signed_at__isnull', True), ('receiver_signed_at__isnull', True)), ('lines__isnull', False), _connector='OR'), name='signed_minutes_have_their_lines'), models.UniqueConstraint(condition=models.Q(('voided_at__isnull', True)), fields=('appointment_id',), name='an_appointment_is_handed_over_once')],
            },
        ),
    ]
