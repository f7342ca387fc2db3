"""The steps of a review as its pages show them: what was done, by which post, what can be undone and done again."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.contrib.postgres.fields import ArrayField
from django.db.models import QuerySet, TextField
from django.db.models.expressions import RawSQL

from isotherm.accounts.models import Post
from isotherm.directives.acts import review as acts
from isotherm.directives.models import Document, ReviewStep
from isotherm.doors.web.page import DeskRequest, language, now
from isotherm.doors.web.pressed import Done, id_of, pressed
from isotherm.words import _, ngettext

SHOWN = 12


@dataclass(frozen=True, slots=True)
class Taken:
    """A step that stands: undoing it undoes those after it."""

    number: int
    words: str
    at: datetime
    post: str


@dataclass(frozen=True, slots=True)
class Steps:
    """`last`: the step whose number an undo button carries, so that nothing is undone unseen; `touched`: its tasks."""

    taken: tuple[Taken, ...]
    count: int
    again: str
    touched: tuple[int, ...]

    @property
    def last(self) -> Taken | None:
        return self.taken[0] if self.taken else None


def steps_of(document: Document) -> Steps:
    standing = counted(document.review_steps.filter(undone=False))
    shown = list(standing.order_by("-id")[:SHOWN])
    again = counted(document.review_steps.filter(undone=True, after__isnull=False)).order_by("id").first()
    posts = Post.objects.in_bulk([step.post_id for step in shown if step.post_id])
    return Steps(
        taken=tuple(
            Taken(
                step.pk,
                step_words(step),
                step.at,
                posts[step.post_id].title(language()) if step.post_id in posts else "",
            )
            for step in shown
        ),
        count=standing.count(),
        again=step_words(again) if again else "",
        touched=tuple(map(int, shown[0].touched)) if shown else (),  # type: ignore[attr-defined]
    )


def counted(steps: QuerySet[ReviewStep]) -> QuerySet[ReviewStep]:
    """With the number of tasks and clauses that each step touched; the kept rows themselves stay in the database."""
    return steps.defer("before", "after", "roles").annotate(
        touched=RawSQL("array(select jsonb_object_keys(before))", [], output_field=ArrayField(TextField())),
        tasks_count=RawSQL("(select count(*) from jsonb_object_keys(before))", []),
        clauses_count=RawSQL("(select count(*) from jsonb_object_keys(coalesce(roles, '{}')))", []),
    )


def step_words(step: ReviewStep) -> str:
    """Of a step from `counted`."""
    tasks = max(1, step.tasks_count)  # type: ignore[attr-defined]
    clauses = max(1, step.clauses_count)  # type: ignore[attr-defined]
    made = max(1, len(step.made))
    words = {
        "accept": ngettext("%(count)s task confirmed", "%(count)s tasks confirmed", tasks) % {"count": tasks},
        "set_aside": ngettext("%(count)s task set aside", "%(count)s tasks set aside", tasks) % {"count": tasks},
        "edit": _("a task edited"),
        "split": _("a task split"),
        "join": ngettext("%(count)s task joined", "%(count)s tasks joined", tasks) % {"count": tasks},
        "add": _("a task added"),
        "list": ngettext("%(count)s task brought in from a list", "%(count)s tasks brought in from a list", made)
        % {"count": made},
        "second": _("the language model's proposals laid beside"),
        "role": ngettext("said of %(count)s clause what it is", "said of %(count)s clauses what they are", clauses)
        % {"count": clauses},
    }
    return words.get(step.verb, step.verb)


def undo(request: DeskRequest, document: Document) -> Done:
    """The last step, or back to the one named by the button, if the page showed the steps as they stand."""
    seen = id_of(request.POST.get("seen"))
    steps = acts.undo(document.code, through=pressed(request)[1], seen=seen, actor=request.actor, at=now())
    done = counted(ReviewStep.objects.filter(pk__in=[step.pk for step in steps])).order_by("-id")
    return Done(_("Undone: %(what)s") % {"what": "; ".join(map(step_words, done))})


def redo(request: DeskRequest, document: Document) -> Done:
    step = acts.redo(document.code, actor=request.actor, at=now())
    return Done(_("Done again: %(what)s") % {"what": step_words(counted(ReviewStep.objects.filter(pk=step.pk))[0])})
