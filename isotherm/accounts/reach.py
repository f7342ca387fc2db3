"""What a post reaches on a day, as SQL: the only source of `visible_to`.

A post reads the work carried by the units it acts for and everything below them; what those units gave, confirm or
monitor; and what waits for them. Units that ended are read, and answered for, by their successor.
An administrator of people and posts sees no work, and neither does technical support.
"""

from __future__ import annotations

from django.db import connection

from isotherm.actor import Actor, Hand
from isotherm.units import tree
from isotherm.units.models import TreeNode

WITHOUT_WORK = frozenset({Hand.ADMINISTRATOR, Hand.SUPPORT})


def sees_no_work(actor: Actor) -> bool:
    """A post sees work because a hand of it does work, never for want of one."""
    return not actor.units or actor.hands <= WITHOUT_WORK


def seen_units_sql(actor: Actor) -> tuple[str, list[list[int] | int]]:
    """SQL of the ids of all units whose work the actor reads, with its parameters."""
    if sees_no_work(actor):
        return "select 0::bigint where false", []
    own = sorted(actor.units)
    if not actor.reads_below:
        return "select unnest(%s::bigint[])", [own]
    version = tree.version_on(actor.day)
    return (
        "select t.descendant_id from units_treeancestor t where t.version_id = %s and t.ancestor_id = any(%s) "
        # What a unit did before it ended is read by those who read its successor.
        "union select s.unit_id from units_successor s join units_treeancestor t on t.descendant_id = s.heir_id "
        "where t.version_id = %s and t.ancestor_id = any(%s) "
        "union select unnest(%s::bigint[])",
        [version, own, version, own, own],
    )


def seen_units(actor: Actor) -> set[int]:
    """The same set in memory: for filtering a page's handful of rows, not for queries."""
    sql, params = seen_units_sql(actor)
    with connection.cursor() as cursor:
        cursor.execute(sql, params)
        return {row[0] for row in cursor.fetchall()}


def sees_all(actor: Actor) -> bool:
    """Whether everything below the root of the state is within reach, as for the offices that serve the Government."""
    if sees_no_work(actor) or not actor.reads_below:
        return False
    return TreeNode.objects.filter(
        version=tree.version_on(actor.day), unit__in=sorted(actor.units), parent__isnull=True
    ).exists()


def sees_unit(actor: Actor, unit_id: int) -> bool:
    if actor.acts_for(unit_id):
        return not sees_no_work(actor)
    sql, params = seen_units_sql(actor)
    with connection.cursor() as cursor:
        cursor.execute(f"select exists (select 1 from ({sql}) s(id) where s.id = %s)", [*params, unit_id])
        return bool(cursor.fetchone()[0])


def administers(actor: Actor, unit_id: int) -> bool:
    """Whether a body is the administrator's own or stands below it. Being asked about people is no reading of work."""
    if not actor.has(Hand.ADMINISTRATOR) or actor.unit_id is None:
        return False
    if actor.acts_for(unit_id):
        return True
    return actor.unit_id in tree.ancestors(unit_id, actor.day)


def overseen_units_sql(actor: Actor) -> tuple[str, list[list[int] | int]]:
    """SQL of the ids of the bodies whose people the actor may look up: those an administrator administers, those a
    leader leads; for everybody else none."""
    if actor.unit_id is not None and actor.has(Hand.ADMINISTRATOR):
        return (
            "select t.descendant_id from units_treeancestor t where t.version_id = %s and t.ancestor_id = %s "
            "union select unnest(%s::bigint[])",
            [tree.version_on(actor.day), actor.unit_id, sorted(actor.units)],
        )
    if actor.has(Hand.LEADER, Hand.APPROVER):
        return seen_units_sql(actor)
    return "select 0::bigint where false", []


def oversees(actor: Actor, unit_id: int) -> bool:
    sql, params = overseen_units_sql(actor)
    with connection.cursor() as cursor:
        cursor.execute(f"select exists (select 1 from ({sql}) s(id) where s.id = %s)", [*params, unit_id])
        return bool(cursor.fetchone()[0])
