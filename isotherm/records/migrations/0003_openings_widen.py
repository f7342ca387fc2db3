"""Who opened a record, and the one way in which such lines are forgotten: by their age, never younger than thirty days."""

import django.contrib.postgres.indexes
import django.db.models.functions.datetime
from django.db import migrations, models

FORGET = """
CREATE FUNCTION isotherm_forget_openings(before timestamptz) RETURNS bigint
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog AS $$
DECLARE
    gone bigint;
BEGIN
    IF before > clock_timestamp() - interval '30 days' THEN
        RAISE EXCEPTION 'openings of the last thirty days are kept';
    END IF;
    DELETE FROM public.records_opening WHERE at < before;
    GET DIAGNOSTICS gone = ROW_COUNT;
    RETURN gone;
END $$;
"""


class Migration(migrations.Migration):
    dependencies = [("records", "0002_stamp")]

    operations = [
        migrations.CreateModel(
            name="Opening",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("at", models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                ("person_id", models.BigIntegerField(null=True)),
                ("post_id", models.BigIntegerField()),
                ("unit_id", models.BigIntegerField()),
                ("stands_in_for", models.BigIntegerField(null=True)),
                ("support", models.BooleanField()),
                (
                    "what",
                    models.TextField(
                        choices=[
                            ("page", "read"),
                            ("file", "file taken"),
                            ("export", "taken away as a file"),
                            ("search", "searched"),
                            ("openings", "this list read"),
                        ]
                    ),
                ),
                ("page", models.TextField()),
                ("code", models.TextField(db_default="")),
                ("about", models.TextField(db_default="")),
                ("sign_in", models.TextField(db_default="")),
            ],
            options={
                "indexes": [
                    models.Index(
                        condition=models.Q(("code", ""), _negated=True),
                        fields=["code", "-id"],
                        name="openings_of_a_document",
                    ),
                    django.contrib.postgres.indexes.BrinIndex(fields=["at"], name="openings_by_moment"),
                ],
            },
        ),
        migrations.RunSQL(FORGET, "DROP FUNCTION isotherm_forget_openings(timestamptz)"),
    ]
