-- The pairs that left the books: excused by their parent, withdrawn, or with a return that was upheld, of their own or
-- of the unit above. Counted beside every rate.
select d.id as document_id, t.id as task_id, coalesce(a.carrier_id, su.heir_id, m.unit_id) as unit_id, m.unit_id as given_id,
       coalesce(a.via_id, up.carrier_id, m.upper_id) as via_id, m.level, m.upper_level, a.id as own_id,
       a.state, null::text as duty, null::date as due, null::timestamptz as met_at, t.due_on as done_due,
       false as fair, null::timestamptz as paused_at,
       case when e.id is not null and a.id is null then 'excused' else 'withdrawn' end as outcome,
       null::bigint as body_id, null::text as cause, null::bigint as obstacle_id
from unnest(%(documents)s::bigint[]) d(id)
join directives_task t on t.document_id = d.id and t.state in ('issued', 'recalled') and t.kind = 'task'
join directives_member m on m.unit_set_id = t.expected_id
left join execution_assignment a on a.task_id = t.id and a.unit_id = m.unit_id
left join execution_assignment up on m.depth > 1 and up.task_id = t.id and up.unit_id = m.upper_id
left join units_successor su on su.unit_id = m.unit_id
left join execution_excuse e on a.id is null and e.task_id = t.id and e.unit_id = m.unit_id
where (e.id is not null or a.state in ('withdrawn', 'returned')
       or (a.id is null and up.state in ('withdrawn', 'returned')))
  and (%(step)s <> 'send_on' or a.below > 0)
