import django.db.models.functions.datetime
from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = []

    operations = [
        migrations.CreateModel(
            name="Epoch",
            fields=[
                ("number", models.IntegerField(primary_key=True, serialize=False)),
                ("opened_at", models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                ("why", models.TextField()),
            ],
        ),
        migrations.CreateModel(
            name="StoredFile",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("sha256", models.CharField(max_length=64, unique=True)),
                ("size", models.BigIntegerField()),
                ("media_type", models.TextField()),
                ("arrived_at", models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                ("arrived_line_id", models.BigIntegerField(null=True)),
            ],
        ),
        migrations.CreateModel(
            name="ActKey",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("post_id", models.BigIntegerField(null=True)),
                ("key", models.TextField()),
                ("line_id", models.BigIntegerField(null=True)),
                ("answer", models.JSONField()),
                ("at", models.DateTimeField()),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        fields=("post_id", "key"), name="a_post_uses_a_key_once", nulls_distinct=False
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="LedgerLine",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("epoch", models.IntegerField()),
                ("xid", models.BigIntegerField()),
                ("written_at", models.DateTimeField()),
                ("at", models.DateTimeField()),
                ("person_id", models.BigIntegerField(null=True)),
                ("post_id", models.BigIntegerField(null=True)),
                ("unit_id", models.BigIntegerField(null=True)),
                ("job", models.TextField(db_default="")),
                ("verb", models.TextField()),
                ("subject_kind", models.TextField(db_default="")),
                ("subject_id", models.BigIntegerField(null=True)),
                ("subject_code", models.TextField(db_default="")),
                ("document_id", models.BigIntegerField(null=True)),
                ("facts", models.JSONField(db_default={})),
                ("count", models.IntegerField(db_default=1)),
                ("members_kind", models.TextField(db_default="")),
                ("members_at", models.TextField(db_default="")),
                ("digest", models.BinaryField(null=True)),
                ("paper", models.TextField(null=True)),
                ("late_entry", models.BooleanField(db_default=False)),
            ],
            options={
                "indexes": [
                    models.Index(fields=["subject_kind", "subject_id", "id"], name="ledger_subject"),
                    models.Index(
                        condition=models.Q(("unit_id__isnull", False)), fields=["unit_id", "id"], name="ledger_unit"
                    ),
                    models.Index(
                        condition=models.Q(("document_id__isnull", False)),
                        fields=["document_id", "id"],
                        name="ledger_document",
                    ),
                    models.Index(fields=["epoch", "xid"], name="ledger_xid"),
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("digest__isnull", True), ("members_at", ""), ("members_kind", "")),
                            models.Q(models.Q(("members_kind", ""), _negated=True), ("digest__isnull", False)),
                            _connector="OR",
                        ),
                        name="a_mass_act_has_the_digest_of_its_members",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("post_id__isnull", False), models.Q(("job", ""), _negated=True), _connector="OR"
                        ),
                        name="a_line_names_the_post_or_the_job_that_acted",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Seal",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("epoch", models.IntegerField()),
                ("from_xid", models.BigIntegerField()),
                ("to_xid", models.BigIntegerField()),
                ("lines", models.IntegerField()),
                ("form", models.SmallIntegerField()),
                ("digests", models.BinaryField()),
                ("previous", models.BinaryField()),
                ("hash", models.BinaryField()),
                ("signature", models.BinaryField()),
                ("key_id", models.TextField()),
                ("sealed_at", models.DateTimeField()),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("epoch", "from_xid"), name="a_transaction_is_sealed_once"),
                    models.UniqueConstraint(fields=("previous",), name="a_seal_is_followed_by_one_seal"),
                    models.CheckConstraint(
                        condition=models.Q(("to_xid__gt", models.F("from_xid"))), name="a_seal_goes_forward"
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Touched",
            fields=[
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "line_id", "kind", "record_id", blank=True, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("line_id", models.BigIntegerField()),
                ("kind", models.TextField()),
                ("record_id", models.BigIntegerField()),
            ],
            options={
                "indexes": [models.Index(fields=["kind", "record_id", "line_id"], name="touched_record")],
            },
        ),
    ]
