"""What the walk over every address finds: one directive on its way, one just arrived, one still being confirmed.

The bodies are Gia Lai (P-52), a commune of it, another that was not told, and strangers. Addresses and papers of the
table name what stands here by a placeholder: `{running}`, `{commune}`, `{draft}`.
"""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from django.contrib.auth.hashers import make_password
from django.core import signing
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db.backends.postgresql.psycopg_any import DateRange
from django.test import Client
from django.utils import timezone

from isotherm.accounts.models import Appointment, Person, Post
from isotherm.actor import Actor
from isotherm.directives.acts import review
from isotherm.directives.models import Passage, Relation, Task
from isotherm.execution.acts import drafts, obstacles, report, send_on, take_up
from isotherm.execution.papers import Evidence
from isotherm.records import files
from tests.world import MONDAY, Wanted, World

DAY = timedelta(days=1)
PAPER = (
    "THỦ TƯỚNG CHÍNH PHỦ\nSố: 77/CT-TTg\nHà Nội, ngày 02 tháng 11 năm 2026\nCHỈ THỊ\nVề việc kiểm tra\n"
    "1. Bộ Tài chính báo cáo kết quả trước ngày 31 tháng 12 năm 2026.\n"
)
# Who walks, in the order of the table's columns. Clerk to administrator sit in Gia Lai, whose work most addresses show.
ROLES = (
    "nobody",
    "clerk",
    "officer",
    "approver",
    "inspector",
    "administrator",
    "parent",  # the Prime Minister, for the Government that gave the task
    "office",  # the Government Office, which monitors
    "child",  # the commune that was told
    "untold",  # another commune of the same province, not told
    "sibling",  # the neighbour province
    "stranger",  # a commune of the neighbour province
    "debtor",  # the ministry that owes what the province waits for
)


class Scene:
    def __init__(self) -> None:
        self.world = World()
        self.commune, self.late, self.untold = self.world.communes("P-52")[:3]
        self.posts = {
            "clerk": "P-52:van-thu",
            "officer": "P-52:chuyen-vien",
            "approver": "P-52:lanh-dao",
            "inspector": "P-52:kiem-tra",
            "administrator": "P-52:quan-tri",
            "parent": "CP:nguoi-dung-dau",
            "office": "VPCP:lanh-dao",
            "child": f"{self.commune}:lanh-dao",
            "untold": f"{self.untold}:lanh-dao",
            "sibling": "P-66:lanh-dao",
            "stranger": f"{self.world.communes('P-66')[0]}:lanh-dao",
            "debtor": "BTC:lanh-dao",
        }
        self.people = {role: self._person(role, post) for role, post in self.posts.items()}
        self.names: dict[str, Any] = {"commune": self.commune, "monday": MONDAY.date()}
        self._running()
        self._arrived()
        self._before_sending()
        self._without_ground()

    def client(self, role: str) -> Client:
        client = Client()
        if role != "nobody":
            client.force_login(self.people[role])
        return client

    def actor(self, role: str) -> Actor:
        return self.world.actor(self.posts[role])

    def filled(self, template: str) -> str:
        return template.format_map(self.names)

    def paper(self, name: str) -> dict[str, Any]:
        """The form named `name` in PAPERS, its placeholders filled; files are made anew, since a client reads them."""
        form: dict[str, Any] = {}
        for field, value in PAPERS[name].items():
            if isinstance(value, bytes):
                form[field] = SimpleUploadedFile("paper.txt", value)
            else:
                form[field] = self.filled(value)
        return form

    def _person(self, role: str, post: str) -> Person:
        person = Person.objects.create(login=f"walk.{role}", name=role, password=make_password(None))
        valid = DateRange(date(2025, 7, 1), None)
        Appointment.objects.create(person=person, post=Post.objects.get(code=post), valid=valid)
        return person

    def _running(self) -> None:
        """Taken up and passed on to two communes, of which one reports it done with a file; the second task waits for a
        ministry, and an officer prepared a report."""
        world, gia_lai, commune = self.world, self.world.unit("P-52"), self.world.unit(self.commune)
        document = world.issued("16/CT-TTg", [Wanted(["P-52"], communes=True), Wanted(["P-52"])])
        kept = files.keep(PAPER.encode())
        proof = files.keep("Ảnh chụp công trình đã hoàn thành.".encode())
        document.file_sha256 = kept.sha256
        document.save(update_fields=["file_sha256"])
        take_up.take_up(document.code, gia_lai, actor=self.actor("clerk"), at=MONDAY + DAY)
        send_on.send_on(
            document.code,
            gia_lai,
            numbers=[1],
            targets=[commune, world.unit(self.late)],
            actor=self.actor("approver"),
            at=MONDAY + 2 * DAY,
        )
        take_up.take_up(document.code, commune, actor=self.actor("child"), at=MONDAY + 3 * DAY)
        report.report(
            document.code,
            commune,
            percent=100,
            words="Đã hoàn thành",
            done=True,
            evidence=[Evidence(sha256=proof.sha256, name="anh.txt")],
            actor=self.actor("child"),
            at=MONDAY + 4 * DAY,
        )
        owed = obstacles.raise_obstacle(
            document.code,
            gia_lai,
            kind="document",
            missing="Thông tư hướng dẫn",
            owing_id=world.unit("BTC"),
            numbers=[2],
            actor=self.actor("approver"),
            at=MONDAY + 4 * DAY,
        )
        drafted = drafts.draft(
            document.code,
            gia_lai,
            verb="report",
            payload={"numbers": [1], "percent": 30, "words": "Đang làm", "done": False},
            summary="Báo cáo",
            actor=self.actor("officer"),
            at=MONDAY + 5 * DAY,
        )
        self.names |= {
            "running": document.code,
            "task": Task.objects.get(document=document, number=1).code,
            "obstacle": owed.code,
            "draft": drafted.pk,
            "proof": proof.sha256,
            "commune_id": commune,
            "late_id": world.unit(self.late),
            "handling": Post.objects.get(code="P-52:chuyen-vien").pk,
        }

    def _arrived(self) -> None:
        """Sent today's way, not yet taken up: the addresses of the acts begin here."""
        document = self.world.issued("17/CT-TTg", [Wanted(["P-52"], communes=True)], at=MONDAY + 7 * DAY)
        self.names |= {"arrived": document.code, "arrived_task": f"{document.code}.1"}

    def _without_ground(self) -> None:
        """One whose task lost its ground by another."""
        lapsed = self.world.issued("21/QĐ-TTg", [Wanted(["P-52"])])
        lapsing = self.world.issued("22/QĐ-TTg", [Wanted(["P-52"])], at=MONDAY + 2 * DAY)
        Relation.objects.create(
            document=lapsing,
            what="replaces",
            symbol=lapsed.symbol,
            symbol_key=lapsed.symbol_key,
            other=lapsed,
            start=0,
            end=5,
        )
        self.names |= {"lapsed": lapsed.code, "lapsing": lapsing.code}

    def _before_sending(self) -> None:
        """One whose tasks are being confirmed, one that waits for the second person, and a file just handed in."""
        open_one = self.world.written("18/CT-TTg", [Wanted(["P-52"]), Wanted(["P-66"])])
        open_one.tasks.update(state=Task.State.PROPOSED)
        end = open_one.tasks.get(number=1).end
        Passage.objects.create(
            document=open_one, position=0, path="cl=1", label="Khoản 1", kind="clause", role="task", start=0, end=end
        )
        waiting = self.world.written("19/CT-TTg", [Wanted(["P-52"])])
        review.submit(waiting.code, actor=self.world.actor("VPCP:chuyen-vien"), at=MONDAY)
        handed = files.keep(PAPER.replace("77/", "78/").encode())
        post = Post.objects.get(code=self.posts["office"]).pk
        ticket = signing.dumps([post, handed.sha256, "paper.txt"], salt="directive-check", compress=True)
        self.names |= {
            "open": open_one.code,
            "waiting": waiting.code,
            "handed": handed.sha256,
            "ticket": ticket,
            "today": timezone.localdate().isoformat(),
            "next_year": date(timezone.localdate().year + 1, 6, 1).isoformat(),
        }


# The forms that are handed in, by the name the table gives them. Each is one that its address takes from somebody.
PAPERS: dict[str, dict[str, str | bytes]] = {
    "nothing": {},
    "password": {"login": "walk.clerk", "password": "not this one"},
    "english": {"language": "en"},
    "dark": {"theme": "dark"},
    "post": {"post": "{handling}"},
    "lines": {"line": "{arrived}|P-52"},
    "file": {"file": PAPER.encode()},
    "heading": {
        "of": "{ticket}",
        "symbol": "78/CT-TTg",
        "type_name": "Chỉ thị",
        "issuer": "Chính phủ",
        "signed_on": "2026-11-02",
        "subject": "Về việc kiểm tra",
    },
    "accept": {"do": "accept-1"},
    "ask-model": {"do": "ask"},
    "say": {"do": "other", "clause": "0"},
    "draft": {"text": PAPER},
    "keep": {"do": "keep", "by": "{lapsing}", "number": "1", "reason": "Vẫn cần thực hiện"},
    "send": {"do": "send"},
    "task": {"kind": "task", "action": "Báo cáo kết quả", "lead": "Ủy ban nhân dân tỉnh Gia Lai"},
    "urge": {"whom": "all", "words": "Đề nghị báo cáo"},
    "take-up": {},
    "plan": {"words": "Tháng 6: rà soát"},
    "report": {"percent": "50", "words": "Đang làm"},
    "pass-on": {"whom": "all"},
    "excuse": {"whom": "all", "reason": "Không thuộc phạm vi thực hiện"},
    "reason": {"reason": "Không đúng thẩm quyền"},
    "obstacle": {"kind": "document", "missing": "Thông tư", "owing": "Bộ Tài chính"},
    "hand-to": {"post": "{handling}"},
    "urge-one": {"units": "{late_id}", "words": "Cần tiếp nhận"},
    "below": {"units": "{commune_id}", "words": "Cần bổ sung", "due_on": "{next_year}"},
    "approve": {"decision": "approve"},
    "accept-pause": {"verb": "accept", "promised_on": "{next_year}"},
    "deliver": {"verb": "deliver", "symbol": "10/2026/TT-BTC"},
    "correct": {"do": "correct", "what": "action", "new": "Rà soát", "reason": "Sai chữ", "symbol": "20/CT-TTg"},
    "recall": {"do": "recall", "reason": "Giao trùng", "symbol": "20/CT-TTg"},
}
