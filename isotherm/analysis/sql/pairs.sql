-- Every pair (task, expected unit) of a document with its own assignment, the one above it, and what explains it.
-- Pairs that left the books (withdrawn, an upheld return of its own or above, excused) are not here.
select t.id as task_id, coalesce(a.carrier_id, su.heir_id, m.unit_id) as unit_id,
       coalesce(a.via_id, up.carrier_id, m.upper_id) as via_id, m.depth, m.level, m.upper_level,
       a.id as own_id, up.id as upper_id,
       coalesce(a.take_up_due, pd.take_up) as take_up_due,
       coalesce(a.plan_due, pd.plan) as plan_due,
       a.send_on_due,
       coalesce(a.report_due, pd.report) as report_due,
       case when a.id is null then pd.done else a.due_on end as done_due,
       a.taken_up_at, a.planned_at, a.sent_on_at, a.first_reported_at, a.state, a.sent_at, a.closed_at,
       a.carrier_id, a.giver_id, a.confirmer_id, a.below,
       up.state as upper_state, up.carrier_id as upper_carrier_id, up.giver_id as upper_giver_id,
       up.taken_up_at as upper_taken_up_at, up.send_on_due as upper_send_on_due, up.sent_at as upper_sent_at,
       case when a.id is null then up.paused_at else a.paused_at end as paused_at,
       case when a.id is null then up.holder_id else a.holder_id end as paused_holder_id,
       case when a.id is null then up.pause_obstacle_id else a.pause_obstacle_id end as obstacle_id
from directives_task t
join directives_member m on m.unit_set_id = t.expected_id
left join directives_planneddue pd on pd.task_id = t.id and pd.depth = m.depth
left join execution_assignment a on a.task_id = t.id and a.unit_id = m.unit_id
left join execution_assignment up on m.depth > 1 and up.task_id = t.id and up.unit_id = m.upper_id
left join units_successor su on su.unit_id = m.unit_id
left join execution_excuse e on a.id is null and e.task_id = t.id and e.unit_id = m.unit_id
where t.document_id = %(document)s and t.state in ('issued', 'recalled') and t.kind = 'task'
  and e.id is null
  and (a.id is null or a.state not in ('withdrawn', 'returned'))
  -- what was done before a recall stays done; who was not told before it is no longer expected
  and (a.id is not null or (t.state = 'issued' and up.state not in ('withdrawn', 'returned')))
