-- Chains per unit with their elapsed time, and the conduction of the boundary above it: of the pairs whose upper unit
-- had taken up and whose own taking up was due, those sent and taken up in time. Accepted pauses leave both sides.
insert into analysis_chains
    (document_id, level, upper_level, via_id, unit_id, chains, elapsed, reachable, conducted)
select %(document)s, level, upper_level, via_id, unit_id, count(*),
       round(sum(extract(epoch from coalesce(closed_at, %(at)s) - coalesce(upper_sent_at, sent_at))))::bigint,
       count(*) filter (where judged),
       count(*) filter (where judged and sent_in_time and taken_up_at <= {take_up_moment})
from (
    select p.*,
           p.take_up_due <= %(last_due)s and p.paused_at is null
               and (p.depth = 1 or p.upper_taken_up_at is not null) as judged,
           p.own_id is not null and (p.depth = 1 or p.sent_at <= {upper_allowed}) as sent_in_time
    from analysis_pair p
) p
group by level, upper_level, via_id, unit_id
