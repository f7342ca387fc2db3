"""The country of 30 June 2025, still standing, with as many open duties as asked for; and the steps of the next night.

For the property test of a reorganisation and for its benchmark. All is made from the country package's lists.
"""

from __future__ import annotations

from collections import defaultdict
from datetime import UTC, date, datetime, timedelta
from typing import Any

NIGHT = date(2025, 7, 1)
ISSUED = datetime(2025, 6, 2, 2, 0, tzinfo=UTC)
CARRIED = datetime(2025, 6, 30, 18, 0, tzinfo=UTC)  # one in the morning in Ha Noi
LOCAL = ("province_committee", "district_committee", "commune_committee")


def stand_before() -> list[dict[str, Any]]:
    """Let the old structure stand as if nobody knew of the new one. Returns the steps that lead to the new one."""
    from django.db import connection

    from isotherm.units import kinds, tree
    from isotherm.units.models import Succession
    from isotherm.units.reorganisation import successors

    steps = _steps()
    with connection.cursor() as cursor:
        for table in ("units_name", "units_kind", "units_placement", "units_alias"):
            cursor.execute(
                f"update {table} set voided_by = 0 where lower(valid) >= %s and voided_by is null", [NIGHT]
            )
            cursor.execute(
                f"update {table} set valid = daterange(lower(valid), null) "
                "where voided_by is null and upper(valid) >= %s and lower(valid) < %s",
                [NIGHT, NIGHT],
            )
    Succession.objects.filter(day__gte=NIGHT).update(voided_by=0)
    for line in kinds.lines():
        tree.rebuild(line)
    successors.rebuild(NIGHT - timedelta(days=1))
    return steps


def _steps() -> list[dict[str, Any]]:
    from isotherm.units.models import STATE, Heir, Kind, Name, Placement

    eve = NIGHT - timedelta(days=1)

    def standing(day: date) -> dict[str, tuple[str, str]]:
        rows = Kind.objects.filter(valid__contains=day, kind__in=LOCAL, voided_by__isnull=True)
        return {code: (kind, branch) for code, kind, branch in rows.values_list("unit__code", "kind", "branch")}

    def parents(day: date) -> dict[str, str | None]:
        rows = Placement.objects.filter(valid__contains=day, line=STATE, voided_by__isnull=True)
        return dict(rows.values_list("unit__code", "parent__code"))

    old, new = standing(eve), standing(NIGHT)
    was, now = parents(eve), parents(NIGHT)
    names = {
        row[0]: row[1:]
        for row in Name.objects.filter(valid__contains=NIGHT, voided_by__isnull=True).values_list(
            "unit__code", "vi", "en", "short_vi", "short_en", "abbreviation", "official_code"
        )
    }
    words = ("vi", "en", "short_vi", "short_en", "abbreviation", "official_code")
    founded: list[dict[str, Any]] = [
        {
            "kind": "found",
            "unit": code,
            "unit_kind": kind,
            "branch": branch,
            "parent": now[code],
            **dict(zip(words, names[code], strict=True)),
        }
        for code, (kind, branch) in sorted(new.items(), key=lambda one: (one[1][0] != LOCAL[0], one[0]))
        if code not in old
    ]
    heirs: dict[str, list[tuple[str, bool]]] = defaultdict(list)
    for gone, heir, main in Heir.objects.filter(
        succession__day=NIGHT, succession__voided_by__isnull=True, gone__code__in=old.keys() - new.keys()
    ).values_list("gone__code", "heir__code", "main"):
        heirs[gone].append((heir, main))
    merged: dict[str, list[str]] = defaultdict(list)
    divided, districts = [], []
    for gone, parts in sorted(heirs.items()):
        if len(parts) > 1:
            divided.append(
                {
                    "kind": "split",
                    "gone": [gone],
                    "below": "stated",
                    "heirs": [{"unit": heir, "main": main} for heir, main in parts],
                }
            )
        elif old[gone][0] == LOCAL[1]:
            if new[parts[0][0]][0] == LOCAL[2]:
                districts.append({"kind": "merge", "gone": [gone], "heir": parts[0][0], "below": "stated"})
        else:
            merged[parts[0][0]].append(gone)
    moved = [
        {"kind": "transfer", "unit": code, "parent": now[code]}
        for code in sorted(old.keys() & new.keys())
        if was.get(code) != now.get(code)
    ]
    joined = [{"kind": "merge", "gone": gone, "heir": heir, "below": "stated"} for heir, gone in sorted(merged.items())]
    # Islands first, then the level; what stood below a district has its own step.
    return [*founded, *districts, {"kind": "abolish_level", "unit_kind": LOCAL[1]}, *moved, *joined, *divided]


def give_duties(tasks: int, *, told: float, seed: float) -> list[int]:
    """One directive of so many tasks to 63 provinces and 10,035 communes; each pair is told with that chance, and
    stands somewhere on its way by chance. Returns the documents."""
    from django.db import connection

    from isotherm.actor import Actor
    from isotherm.directives.models import Document, Member, PlannedDue, Task, UnitSet
    from isotherm.execution.outcomes import duties
    from isotherm.records import ledger
    from isotherm.tallies.models import KEYS
    from isotherm.units import queries, tree
    from isotherm.units.models import TreeAncestor, Unit

    eve = NIGHT - timedelta(days=1)
    centre = Unit.objects.get(code="CP").pk
    kinds = queries.kinds_on(eve)
    provinces = [unit for unit, kind in kinds.items() if kind == LOCAL[0]]
    communes = {unit for unit, kind in kinds.items() if kind == LOCAL[2]}
    above = dict(
        TreeAncestor.objects.filter(version=tree.version_on(eve), ancestor__in=provinces, descendant__in=communes)
        .values_list("descendant_id", "ancestor_id")
    )
    frozen = UnitSet.objects.create(digest=f"before-{seed}-{tasks}", members_count=len(provinces) + len(above))
    Member.objects.bulk_create(
        Member(unit_set=frozen, unit_id=unit, upper_id=centre, depth=1, level="province", upper_level="government")
        for unit in provinces
    )
    Member.objects.bulk_create(
        (
            Member(unit_set=frozen, unit_id=unit, upper_id=upper, depth=2, level="commune", upper_level="province")
            for unit, upper in above.items()
        ),
        batch_size=5000,
    )
    documents = []
    for number in range(1, 1 + max(1, tasks // 10)):
        document = Document.objects.create(
            code=f"{number}-CT-TTg-{seed}",
            symbol=f"{number}/CT-TTg",
            symbol_key=f"{number}/ct-ttg {seed}",
            issuer_id=centre,
            issuer_text="Thủ tướng Chính phủ",
            signed_on=ISSUED.date(),
            subject="Thử",
            text="Rà soát.",
            kind="txt",
            file_sha256="0" * 64,
            file_name="x.txt",
            office_id=centre,
            registered_at=ISSUED,
            state="issued",
            issued_at=ISSUED,
        )
        documents.append(document.pk)
    made = Task.objects.bulk_create(
        Task(
            document_id=documents[place % len(documents)],
            number=place // len(documents) + 1,
            code=f"{seed}.{place}",
            clause=str(place),
            quote="Rà soát.",
            start=0,
            end=8,
            action="Rà soát",
            due_on=NIGHT + timedelta(days=place % 40),
            state=Task.State.ISSUED,
            expected=frozen,
        )
        for place in range(tasks)
    )
    day = ISSUED.date() + timedelta(days=10)
    PlannedDue.objects.bulk_create(
        PlannedDue(task=task, depth=2, take_up=day, plan=day, send_on=day, report=day, done=task.due_on)
        for task in made
    )
    line = ledger.write(Actor.system("made"), "assignment.given", at=ISSUED)
    cells = ", ".join(KEYS)
    params = {"tasks": [task.pk for task in made], "told": told, "at": ISSUED, "line": line, "day": day}
    with connection.cursor() as cursor:
        cursor.execute("select setseed(%s)", [seed])
        for depth in (1, 2):
            cursor.execute(
                """
                with given as materialized (
                    select t.document_id, t.id as task_id, m.unit_id, m.upper_id, m.depth, m.level, m.upper_level,
                           t.due_on, up.id as parent_id, random() as chance
                    from directives_task t
                    join directives_member m on m.unit_set_id = t.expected_id and m.depth = %(depth)s
                    left join execution_assignment up on up.task_id = t.id and up.unit_id = m.upper_id
                    where t.id = any(%(tasks)s) and (%(depth)s = 1 or random() < %(told)s)
                ),
                stands as (
                    select g.*, case when depth = 1 or chance < 0.3 then 'working' when chance < 0.6 then 'sent'
                                     when chance < 0.75 then 'reported' when chance < 0.85 then 'reconsider'
                                     when chance < 0.95 then 'done' else 'withdrawn' end as state
                    from given g
                )
                insert into execution_assignment (document_id, task_id, unit_id, carrier_id, holder_id, giver_id,
                    confirmer_id, via_id, parent_id, depth, level, upper_level, expected, below, below_told, state,
                    state_since, sent_at, take_up_due, taken_up_at, plan_due, send_on_due, report_due, due_on,
                    first_due_on, fair, percent, sent_line, reported_done_at, closed_at)
                select document_id, task_id, unit_id, unit_id,
                       case state when 'sent' then unit_id when 'working' then unit_id when 'reported' then upper_id
                                  when 'reconsider' then upper_id end,
                       upper_id, upper_id, upper_id, parent_id, depth, level, upper_level, true,
                       case when depth = 1 then (select count(*) from directives_member b
                                                 where b.unit_set_id = (select expected_id from directives_task
                                                                        where id = s.task_id)
                                                   and b.upper_id = s.unit_id) else 0 end, 0, state,
                       %(at)s, %(at)s, %(day)s::date, case when state <> 'sent' then %(at)s end, %(day)s::date,
                       case when depth = 1 then %(day)s::date end, %(day)s::date, due_on, due_on, true, 0, %(line)s,
                       case when state in ('reported', 'done') then %(at)s end,
                       case when state in ('done', 'withdrawn') then %(at)s end
                from stands s
                """,
                {**params, "depth": depth},
            )
        cursor.execute(
            """
            update execution_assignment up set below_told = c.n
            from (select parent_id, count(*) as n from execution_assignment
                  where task_id = any(%(tasks)s) and parent_id is not null group by 1) c
            where up.id = c.parent_id
            """,
            params,
        )
        cursor.execute(
            f"""
            insert into tallies_cell ({cells}, n)
            select {cells}, sum(n)::int from (
                select r.document_id, r.carrier_id as unit_id, r.via_id, r.level, r.upper_level, d.duty, d.due_on,
                       d.outcome, d.fair, 1 as n
                from execution_assignment r cross join lateral {duties("r")} d(duty, due_on, outcome, fair, counts)
                where r.task_id = any(%(tasks)s) and d.counts
                union all
                select t.document_id, m.unit_id, m.upper_id, m.level, m.upper_level, d.duty, d.due, 'missing', false, 1
                from directives_task t
                join directives_member m on m.unit_set_id = t.expected_id and m.depth = 2
                join directives_planneddue pd on pd.task_id = t.id and pd.depth = 2
                cross join lateral (values ('take_up', pd.take_up), ('plan', pd.plan), ('report', pd.report),
                                           ('done', pd.done)) d(duty, due)
                where t.id = any(%(tasks)s) and not exists (
                    select 1 from execution_assignment a where a.task_id = t.id and a.unit_id = m.unit_id)
            ) x group by {cells}
            """,
            params,
        )
    return documents


def sign(steps: list[dict[str, Any]]) -> str:
    """Drafted and signed by two posts of the Government Office; the code."""
    from isotherm.accounts.models import Post
    from isotherm.accounts.queries import actor_of_post
    from isotherm.execution import reorganise
    from isotherm.units.reorganisation import acts

    at = CARRIED - timedelta(hours=8)
    drafter, head = (
        actor_of_post(Post.objects.get(code=f"VPCP:{seat}"), day=NIGHT) for seat in ("chuyen-vien", "lanh-dao")
    )
    said = acts.Draft("Sắp xếp hai cấp", "202/2025/QH15", "QH", date(2025, 6, 12), NIGHT, steps)
    made = acts.draft(said, actor=drafter, at=at)
    reorganise.sign(made.code, actor=drafter, at=at)
    reorganise.sign(made.code, actor=head, at=at)
    return made.code
