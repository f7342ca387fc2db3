-- The pairs behind a number, each with the duty looked at, what became of it, and for a cold one the body that must act
-- next with the cause. The one definition of a pair is pairs.sql; body and cause are those of break_points.sql.
select l.document_id, l.task_id, l.unit_id, l.via_id, l.level, l.upper_level, l.own_id, l.state, l.duty, l.due, l.met_at,
       l.done_due, l.fair, l.paused_at,
       case
           when l.met_at is not null and (l.due is null or l.met_at <= {due_moment}) then 'on_time'
           when l.met_at is not null then 'late'
           when l.paused_at is not null then 'paused'
           when l.own_id is null then 'missing'
           when l.duty = 'done' and l.state = 'reported' then 'reported'
           else 'open'
       end as outcome,
       case
           when l.paused_at is not null then l.paused_holder_id
           when l.own_id is null and l.upper_state = 'reconsider' then l.upper_giver_id
           when l.own_id is null then l.upper_carrier_id
           when l.state = 'reconsider' then l.giver_id
           when l.state = 'reported' then l.confirmer_id
           else l.carrier_id
       end as body_id,
       case
           when l.paused_at is not null then 'wait'
           when l.own_id is null and l.upper_state = 'reconsider' then 'decide_return'
           when l.own_id is null and l.upper_state = 'sent' then 'upper_take_up'
           when l.own_id is null then 'upper_send_on'
           when l.state = 'reconsider' then 'decide_return'
           when l.state = 'reported' then 'decide_completion'
           else l.duty
       end as cause,
       case when l.paused_at is not null then l.obstacle_id end as obstacle_id
from (
    select d.id as document_id, p.*, own.fair, v.duty, v.due, v.met_at
    from unnest(%(documents)s::bigint[]) d(id)
    cross join lateral ({pairs}) p
    left join execution_assignment own on own.id = p.own_id
    cross join lateral ({duty}) v
) l
