-- The pairs that nobody told, as pairs.sql defines them: expected below a unit that has the task, neither given nor excused.
-- Units that told all below them are left out first: `below_told` counts those told or excused.
select l.*, case when l.paused_at is not null then 'paused' else 'missing' end as outcome,
       case
           when l.paused_at is not null then l.holder_id
           when l.upper_state = 'reconsider' then l.giver_id
           else l.carrier_id
       end as body_id,
       case
           when l.paused_at is not null then 'wait'
           when l.upper_state = 'reconsider' then 'decide_return'
           when l.upper_state = 'sent' then 'upper_take_up'
           else 'upper_send_on'
       end as cause,
       case when l.paused_at is not null then l.pause_obstacle_id end as obstacle_id
from (
    select t.document_id, t.id as task_id, coalesce(su.heir_id, m.unit_id) as unit_id, m.unit_id as given_id, up.carrier_id as via_id, m.level,
           m.upper_level, null::bigint as own_id,
           null::text as state, false as fair, pd.done as done_due, up.paused_at, up.pause_obstacle_id, up.holder_id,
           up.giver_id, up.confirmer_id, up.carrier_id, up.state as upper_state, v.duty, v.due, v.met_at
    from directives_task t
    join directives_member m on m.unit_set_id = t.expected_id and m.depth > 1
    join execution_assignment up on up.document_id = any(%(documents)s::bigint[]) and up.task_id = t.id
        and up.unit_id = m.upper_id and up.below_told < up.below and up.state not in ('withdrawn', 'returned')
    left join units_successor su on su.unit_id = m.unit_id
    join directives_planneddue pd on pd.task_id = t.id and pd.depth = m.depth
    cross join lateral ({duty}) v
    where t.document_id = any(%(documents)s::bigint[]) and t.state = 'issued' and t.kind = 'task'
      and not exists (
          select 1 from execution_assignment a
          where a.document_id = any(%(documents)s::bigint[]) and a.task_id = t.id and a.unit_id = m.unit_id
      )
      and not exists (select 1 from execution_excuse e where e.task_id = t.id and e.unit_id = m.unit_id)
) l
