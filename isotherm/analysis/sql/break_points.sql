-- Cold pairs with their break point: the first link of the chain that did not send on, else the pair's own unit; what
-- is paused past its date is charged to whoever owes, what waits for a decision to whoever was asked. One row per
-- unit, body and cause; `lens` is the duty looked at, or `any` for the earliest unmet one.
with cold as materialized (
    -- pairs of a unit that stand alike are counted before they are looked at duty by duty
    select level, upper_level, via_id, unit_id, body_id, cause, obstacle_id, take_up, send_on, plan, report, done,
           count(*) as n
    from (
        select level, upper_level, via_id, unit_id,
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
               end as cause,
               case when paused_at is not null then obstacle_id end as obstacle_id,
               case when taken_up_at is null and take_up_due <= %(last_due)s then take_up_due end as take_up,
               case when below > 0 and sent_on_at is null and send_on_due <= %(last_due)s then send_on_due end as send_on,
               case when planned_at is null and plan_due <= %(last_due)s then plan_due end as plan,
               case when first_reported_at is null and report_due <= %(last_due)s then report_due end as report,
               case when state is distinct from 'done' and done_due <= %(last_due)s then done_due end as done
        from analysis_pair
    ) p
    group by level, upper_level, via_id, unit_id, body_id, cause, obstacle_id, take_up, send_on, plan, report, done
)
insert into analysis_breakpoint
    (document_id, lens, level, upper_level, via_id, unit_id, body_id, body_level, cause, obstacle_id, pairs, since)
select %(document)s, d.lens, level, upper_level, via_id, unit_id, body_id, '', coalesce(cause, d.duty), obstacle_id,
       sum(n), min(d.due)
from cold c
cross join lateral (select least(c.take_up, c.send_on, c.plan, c.report, c.done) as first_due) f
cross join lateral (values
    ('take_up', 'take_up', c.take_up), ('send_on', 'send_on', c.send_on), ('plan', 'plan', c.plan),
    ('report', 'report', c.report), ('done', 'done', c.done),
    ('any', case f.first_due when c.take_up then 'take_up' when c.send_on then 'send_on' when c.plan then 'plan'
                             when c.report then 'report' else 'done' end, f.first_due)
) d(lens, duty, due)
where d.due is not null
group by d.lens, level, upper_level, via_id, unit_id, body_id, coalesce(cause, d.duty), obstacle_id
