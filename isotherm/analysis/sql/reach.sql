-- Pairs taken up, by level, upper unit and local day.
insert into analysis_reach (document_id, level, via_id, day, n)
select %(document)s, level, via_id, (taken_up_at at time zone %(zone)s)::date, count(*)
from analysis_pair where taken_up_at is not null
group by level, via_id, (taken_up_at at time zone %(zone)s)::date
