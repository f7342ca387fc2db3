"""The database itself says in which epoch and transaction a line was written, and when; and how an epoch is opened."""

from django.db import migrations

STAMP = """
CREATE FUNCTION isotherm_stamp_line() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    NEW.epoch := (SELECT coalesce(max(number), 1) FROM public.records_epoch);
    NEW.xid := pg_current_xact_id()::text::bigint;
    NEW.written_at := clock_timestamp();
    RETURN NEW;
END $$;

CREATE TRIGGER isotherm_stamp_line BEFORE INSERT ON records_ledgerline
    FOR EACH ROW EXECUTE FUNCTION isotherm_stamp_line();

CREATE FUNCTION isotherm_new_epoch(why text) RETURNS integer LANGUAGE plpgsql AS $$
DECLARE
    opened integer;
BEGIN
    -- Writers of the old epoch finish first and later ones wait: after this no line of the old epoch can appear.
    LOCK TABLE public.records_ledgerline IN EXCLUSIVE MODE;
    INSERT INTO public.records_epoch (number, why)
    SELECT coalesce(max(number), 1) + 1, isotherm_new_epoch.why FROM public.records_epoch
    RETURNING number INTO opened;
    RETURN opened;
END $$;
REVOKE EXECUTE ON FUNCTION isotherm_new_epoch(text) FROM PUBLIC;

-- Digests do not compress.
ALTER TABLE records_seal ALTER COLUMN digests SET STORAGE EXTERNAL;
"""

UNSTAMP = """
DROP FUNCTION isotherm_new_epoch(text);
DROP TRIGGER isotherm_stamp_line ON records_ledgerline;
DROP FUNCTION isotherm_stamp_line();
"""


class Migration(migrations.Migration):
    dependencies = [("records", "0001_records")]

    operations = [migrations.RunSQL(STAMP, UNSTAMP)]
