-- Who held each chain, from issue to its end or to now: the parent's spells until it told the unit, then the unit's own.
-- Each stretch is split at what its holder was allowed. The parts of a chain add up to its elapsed time.
with spell as (
    select assignment_id, from_at, to_at, state, holder_id, carrier_id, holder_due, paused
    from execution_spell where document_id = %(document)s
    union all
    -- the open spell is the row itself; a closed one goes on for whoever below was never told
    select id, state_since, %(at)s, state, holder_id, carrier_id, holder_due, paused_at is not null
    from execution_assignment where document_id = %(document)s
),
stretch as (
    -- while the upper unit had it and had not told this one
    select p.level, p.via_id, p.unit_id,
           case when s.paused then 'owe' when s.state = 'reconsider' then 'decide' else 'send_on' end as role,
           case when s.paused or s.state = 'reconsider' then s.holder_id else s.carrier_id end as holder_id,
           greatest(s.from_at, p.upper_sent_at) as from_at,
           least(s.to_at, coalesce(p.sent_at, %(at)s)) as to_at,
           case when s.paused or s.state = 'reconsider' then s.holder_due else {upper_allowed} end as allowed
    from analysis_pair p join spell s on s.assignment_id = p.upper_id
    where s.from_at < coalesce(p.sent_at, %(at)s)
    union all
    -- since this unit had it, until it was closed
    select p.level, p.via_id, p.unit_id,
           case when s.paused then 'owe' when s.state in ('reconsider', 'reported') then 'decide' else 'own' end,
           coalesce(s.holder_id, s.carrier_id), s.from_at, least(s.to_at, coalesce(p.closed_at, %(at)s)), s.holder_due
    from analysis_pair p join spell s on s.assignment_id = p.own_id
    where s.from_at < coalesce(p.closed_at, %(at)s)
),
split as (
    select level, via_id, unit_id, role, holder_id,
           extract(epoch from to_at - from_at) as whole,
           extract(epoch from greatest(to_at - greatest(from_at, coalesce(allowed, to_at)), interval '0')) as beyond
    from stretch where to_at > from_at
)
insert into analysis_holding
    (document_id, level, via_id, unit_id, role, holder_id, holder_level, within, beyond)
select %(document)s, level, via_id, unit_id, role, holder_id, '',
       round(sum(whole))::bigint - round(sum(beyond))::bigint, round(sum(beyond))::bigint
from split
group by level, via_id, unit_id, role, holder_id
