"""The cast and the stage: the whole country, posts of real bodies, and directives made through the acts."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from functools import cached_property

from django.utils import timezone

from isotherm.accounts.models import Person, Post
from isotherm.accounts.queries import actor_of_post
from isotherm.actor import Actor
from isotherm.directives.acts import review
from isotherm.directives.models import Document, Lead, Task
from isotherm.directives.queries import symbol_key
from isotherm.execution.acts.issue import issue
from isotherm.execution.models import Assignment
from isotherm.units import tree
from isotherm.units.models import Unit

MONDAY = datetime(2026, 6, 1, 2, 0, tzinfo=UTC)  # 09:00 in Ha Noi
FIRST_DAY = MONDAY.date()


@dataclass(frozen=True, slots=True)
class Wanted:
    """A task for a made-up directive: leads by unit code or the group `provinces`."""

    leads: Sequence[str]
    due_in: int | None = 60
    communes: bool = False
    kind: str = Task.Kind.TASK
    action: str = "Rà soát, báo cáo kết quả thực hiện"
    extra: dict[str, object] = field(default_factory=dict)


class World:
    """Codes: CP the Government, VPCP its Office, BTC the Ministry of Finance, P-52 Gia Lai, P-66 Đắk Lắk."""

    def __init__(self) -> None:
        self.monday = MONDAY

    @cached_property
    def units(self) -> dict[str, int]:
        return dict(Unit.objects.values_list("code", "id"))

    def unit(self, code: str) -> int:
        return self.units[code]

    def actor(self, post: str, *, on: date = FIRST_DAY, person: Person | None = None) -> Actor:
        """The actor of a post, by its code: `P-52:lanh-dao`."""
        return actor_of_post(Post.objects.get(code=post), day=on, person=person)

    def chair(self, unit: str) -> Actor:
        return self.actor(f"{unit}:lanh-dao")

    def clerk(self, unit: str) -> Actor:
        return self.actor(f"{unit}:van-thu")

    def officer(self, unit: str) -> Actor:
        seat = "cong-chuc" if unit.startswith("C-") else "chuyen-vien"
        return self.actor(f"{unit}:{seat}")

    def communes(self, province: str) -> list[str]:
        codes = {unit_id: code for code, unit_id in self.units.items()}
        below = tree.children(self.unit(province), MONDAY.date(), kinds=["commune_committee"])
        return [codes[one] for one in below]

    def written(self, symbol: str, wanted: Sequence[Wanted], *, issuer: str = "CP", at: datetime = MONDAY) -> Document:
        """A registered document with its tasks confirmed, waiting to be submitted."""
        text = "\n".join(f"{number}. {one.action}." for number, one in enumerate(wanted, start=1))
        document = Document.objects.create(
            code=symbol.replace("/", "-").replace("Đ", "D"),
            symbol=symbol,
            symbol_key=symbol_key(symbol),
            type_code="CT",
            type_name="Chỉ thị",
            issuer_id=self.unit(issuer),
            issuer_text="Thủ tướng Chính phủ",
            signed_on=timezone.localtime(at).date(),
            subject="Về việc thử nghiệm",
            text=text,
            kind="txt",
            file_sha256="0" * 64,
            file_name="x.txt",
            office_id=self.unit("VPCP" if issuer == "CP" else issuer),
            registered_at=at,
        )
        start = 0
        for number, one in enumerate(wanted, start=1):
            words = f"{number}. {one.action}."
            due = timezone.localtime(at).date() + timedelta(days=one.due_in) if one.due_in is not None else None
            task = Task.objects.create(
                document=document,
                number=number,
                code=f"{document.code}.{number}",
                clause=str(number),
                quote=words,
                start=start,
                end=start + len(words),
                lead=list(one.leads),
                action=one.action,
                due_on=due,
                first_due_on=due,
                expects_communes=one.communes,
                kind=one.kind,
                state=Task.State.ACCEPTED,
                **one.extra,
            )
            start += len(words) + 1
            Lead.objects.bulk_create(Lead(task=task, unit_id=unit) for unit in self._leads(one.leads))
        return document

    def issued(self, symbol: str, wanted: Sequence[Wanted], *, issuer: str = "CP", at: datetime = MONDAY) -> Document:
        """Written, submitted by an officer of the issuer's office and sent by its head."""
        document = self.written(symbol, wanted, issuer=issuer, at=at)
        office = "VPCP" if issuer == "CP" else issuer
        day = timezone.localtime(at).date()
        review.submit(document.code, actor=self.actor(f"{office}:chuyen-vien", on=day), at=at)
        return issue(document.code, actor=self.actor(f"{office}:lanh-dao", on=day), at=at)

    def assignment(self, document: Document, unit: str, *, number: int = 1) -> Assignment:
        return Assignment.objects.get(document_id=document.pk, task__number=number, unit_id=self.unit(unit))

    def _leads(self, leads: Sequence[str]) -> list[int]:
        found: list[int] = []
        for lead in leads:
            if lead == "provinces":
                found += [unit for code, unit in self.units.items() if code.startswith("P-") and "." not in code]
            else:
                found.append(self.unit(lead))
        return found
