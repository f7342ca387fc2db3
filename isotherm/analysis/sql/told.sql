-- The pairs that have an assignment, as pairs.sql defines them, with what became of the duty looked at; for a cold one the
-- body that must act next and the cause, as in break_points.sql. A test holds the three together.
select l.*,
       case
           when l.met_at is not null and (l.due is null or l.met_at <= {due_moment}) then 'on_time'
           when l.met_at is not null then 'late'
           when l.paused_at is not null then 'paused'
           when l.duty = 'done' and l.state = 'reported' then 'reported'
           else 'open'
       end as outcome,
       case
           when l.paused_at is not null then l.holder_id
           when l.state = 'reconsider' then l.giver_id
           when l.state = 'reported' then l.confirmer_id
           else l.carrier_id
       end as body_id,
       case
           when l.paused_at is not null then 'wait'
           when l.state = 'reconsider' then 'decide_return'
           when l.state = 'reported' then 'decide_completion'
           else l.duty
       end as cause,
       case when l.paused_at is not null then l.pause_obstacle_id end as obstacle_id
from (
    select p.document_id, p.task_id, p.carrier_id as unit_id, p.unit_id as given_id, p.via_id, p.level, p.upper_level, p.id as own_id, p.state, p.fair,
           p.due_on as done_due, p.paused_at, p.pause_obstacle_id, p.holder_id, p.giver_id, p.confirmer_id, p.carrier_id,
           v.duty, v.due, v.met_at
    from execution_assignment p
    join directives_task t on t.id = p.task_id and t.state in ('issued', 'recalled') and t.kind = 'task'
    cross join lateral ({duty}) v
    where p.document_id = any(%(documents)s::bigint[]) and p.expected and p.state not in ('withdrawn', 'returned')
) l
