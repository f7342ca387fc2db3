-- Cold pairs with their break point: the first link of the chain that did not send on, else the pair's own unit; what
-- is paused past its date is charged to whoever owes, what waits for a decision to whoever was asked. One row per
-- unit, body and cause; `lens` is the duty looked at, or `any` for the earliest unmet one.
with pair as materialized ({pairs}),
unmet as (
    select p.*, d.duty, d.due, d.place
    from pair p
    cross join lateral (values
        ('take_up', p.take_up_due, p.taken_up_at is null, 1),
        ('send_on', p.send_on_due, p.below > 0 and p.sent_on_at is null, 2),
        ('plan', p.plan_due, p.planned_at is null, 3),
        ('report', p.report_due, p.first_reported_at is null, 4),
        ('done', p.done_due, p.state is distinct from 'done', 5)
    ) d(duty, due, is_unmet, place)
    where d.is_unmet and d.due <= %(last_due)s
),
looked_at as (
    select u.duty as lens, u.* from unmet u
    union all
    select 'any', x.* from (select distinct on (task_id, unit_id) u.* from unmet u order by task_id, unit_id, due, place) x
),
explained as (
    select lens, level, upper_level, via_id, unit_id, due, obstacle_id,
           case
               when paused_at is not null then paused_holder_id
               when own_id is null and upper_state = 'reconsider' then upper_giver_id
               when own_id is null then upper_carrier_id
               when state = 'reconsider' then giver_id
               when state = 'reported' then confirmer_id
               else carrier_id
           end as body_id,
           case
               when paused_at is not null then 'wait'
               when own_id is null and upper_state = 'reconsider' then 'decide_return'
               when own_id is null and upper_state = 'sent' then 'upper_take_up'
               when own_id is null then 'upper_send_on'
               when state = 'reconsider' then 'decide_return'
               when state = 'reported' then 'decide_completion'
               else duty
           end as cause
    from looked_at
)
insert into analysis_breakpoint
    (document_id, lens, level, upper_level, via_id, unit_id, body_id, body_level, cause, obstacle_id, pairs, since)
select %(document)s, lens, level, upper_level, via_id, unit_id, body_id, '', cause,
       case when cause = 'wait' then obstacle_id end, count(*), min(due)
from explained
group by lens, level, upper_level, via_id, unit_id, body_id, cause, case when cause = 'wait' then obstacle_id end
