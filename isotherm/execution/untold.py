"""The expected pairs that nobody was told: defined once for the matrix, the lists of tasks and the rows behind both.

They stand as the tally cells have them: missing; paused with an upper unit whose clock stands still; closed with one
whose assignment was withdrawn or returned. Excused pairs are not among them.

A frozen set keeps the units of its day. Of one that ended since, the pair is its successor's, reached through whoever
carries the assignment above it now.
"""

from __future__ import annotations

# Who answers now for member `m` of a frozen set, as SQL: join, then unit.
JOIN_SUCCESSOR = "left join units_successor su on su.unit_id = m.unit_id"
UNIT_NOW = "coalesce(su.heir_id, m.unit_id)"

# Under which outcome such a pair of task `t` stands in the cells: excused by `e`, below the assignment `p`.
STOOD = (
    "case when e.id is not null then 'excused' "
    "when t.state = 'recalled' or p.state in ('returned', 'withdrawn') then 'withdrawn' "
    "when p.paused_at is not null then 'paused' else 'missing' end"
)


def untold(where: str, *, unit: str = UNIT_NOW, join: str = JOIN_SUCCESSOR) -> str:
    """SQL of (task_id, unit_id, via_id, level, due_on, what).

    `where` is a condition over task `t`, member `m` and the assignment above, `up`: code, never input. `unit` and
    `join`: who answers for the member, if it is not asked of now.
    """
    return f"""
        select t.id as task_id, {unit} as unit_id, up.carrier_id as via_id, m.level, t.due_on,
               case when up.state in ('returned', 'withdrawn') then 'closed'
                    when up.paused_at is not null then 'paused' else 'missing' end as what
        from directives_task t
        join directives_member m on m.unit_set_id = t.expected_id and m.depth > 1
        join execution_assignment up on up.task_id = t.id and up.unit_id = m.upper_id and up.below_told < up.below
        {join}
        where t.state = 'issued' and t.kind = 'task' and {where}
          -- nobody below has been told or excused: no need to look at each
          and (up.below_told = 0 or (
              not exists (select 1 from execution_assignment a where a.task_id = t.id and a.unit_id = m.unit_id)
              and not exists (select 1 from execution_excuse e where e.task_id = t.id and e.unit_id = m.unit_id)))
    """
