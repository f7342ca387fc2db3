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

from isotherm.accounts.acts import powers
from isotherm.accounts.acts.identities import link_identity
from isotherm.accounts.acts.provisioning import make_client
from isotherm.accounts.models import Appointment, Person, Post
from isotherm.actor import Actor
from isotherm.directives.acts import review
from isotherm.directives.models import Document, Passage, Relation, ScanReading, Task
from isotherm.execution import reorganise
from isotherm.execution.acts import drafts, hand_over, obstacles, report, send_on, take_up
from isotherm.execution.papers import Evidence
from isotherm.records import files
from isotherm.units.models import Unit
from isotherm.units.reorganisation import acts as reorganisations
from isotherm.units.reorganisation.acts import Draft
from tests.world import MONDAY, Wanted, World

DAY = timedelta(days=1)
PAPER = (
    "THỦ TƯỚNG CHÍNH PHỦ\nSố: 77/CT-TTg\nHà Nội, ngày 02 tháng 11 năm 2026\nCHỈ THỊ\nVề việc kiểm tra\n"
    "1. Bộ Tài chính báo cáo kết quả trước ngày 31 tháng 12 năm 2026.\n"
)
LIST = "STT,Nội dung nhiệm vụ,Cơ quan chủ trì,Thời hạn\n1,Mua sắm trang thiết bị y tế,Bộ Y tế,31/12/2026\n"
UNITS_LIST = "Mã,Tên,Mã tỉnh\n00008,Phường Ngọc Hà Mới,01\n"
POWERS = (
    "matter;way;from;to;ground;start;people\n"
    "Cấp giấy phép khai thác khoáng sản;decentralised;P-52;P-52.SYT;21/QĐ-UBND;01/12/2026;03 người\n"
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
    "standin",  # stands in for the chair of Gia Lai
    "support",  # technical support with a post in Gia Lai
    "expired",  # was acting chair of Gia Lai, until a day that is past
    "gone",  # acting chair of Gia Lai, but no longer allowed to sign in
)
# Whoever is neither nobody any more nor yet somebody: led to the sign-in page like nobody.
SHUT_OUT = ("nobody", "expired", "gone")
# Who has no column of his own in the table answers like another.
LIKE = {"standin": "approver", "support": "administrator", "expired": "nobody", "gone": "nobody"}
ELSEWHERE = "P-01"
# Their reach has no end below; foreign to them is only what another body has not sent yet.
ABOVE_ALL = ("parent", "office")


class Scene:
    def __init__(self) -> None:
        self.world, self.system = World(), Actor.system("scene")
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
            "standin": "P-52:lanh-dao",
            "support": "P-52:ho-tro",
            "expired": "P-52:lanh-dao",
            "gone": "P-52:lanh-dao",
        }
        Post.objects.create(
            unit_id=self.world.unit("P-52"),
            code="P-52:ho-tro",
            title_vi="Hỗ trợ kỹ thuật",
            title_en="Technical support",
            hands=["support"],
            valid=DateRange(date(2025, 7, 1), None),
        )
        self.people = {role: self._person(role, post) for role, post in self.posts.items()}
        self.names: dict[str, Any] = {
            "commune": self.commune,
            "monday": MONDAY.date(),
            "someone": self.people["officer"].pk,
        }
        self._running()
        self._arrived()
        self._before_sending()
        self._handed_over()
        self._decentralised()
        self._without_ground()
        self._reorganised()
        # With a directory let in, its door is open; none of those who walk here shows its token.
        province = Unit.objects.get(code="P-52")
        make_client("walk", province, hands=["officer"], ground="1/QĐ-UBND", actor=self.system, at=MONDAY)
        self.names["linked"] = self._linked("clerk")
        self.foreign: dict[str, Any] = self._elsewhere()

    def client(self, role: str) -> Client:
        client = Client()
        if role != "nobody":
            client.force_login(self.people[role])
        return client

    def actor(self, role: str) -> Actor:
        return self.world.actor(self.posts[role])

    def filled(self, template: str, foreign: str = "") -> str:
        """With what stands here; the one named `foreign` with its like of a province far away."""
        if foreign in self.names:
            return template.format_map(self.names | {foreign: self.foreign[foreign]})
        filled = template.format_map(self.names)
        return filled.replace(foreign, ELSEWHERE) if foreign else filled

    def paper(self, name: str, foreign: str = "") -> dict[str, Any]:
        """The form named `name` in PAPERS, its placeholders filled; files are made anew, since a client reads them."""
        form: dict[str, Any] = {}
        for field, value in PAPERS[name].items():
            if isinstance(value, bytes):
                form[field] = SimpleUploadedFile("paper.txt", value)
            else:
                form[field] = self.filled(value, foreign)
        return form

    def _person(self, role: str, post: str) -> Person:
        person = Person.objects.create(
            login=f"walk.{role}", name=role, password=make_password(None), is_active=role != "gone"
        )
        # A vacant post has one who acts in it at a time.
        turn = date(2026, 1, 1)
        valid = DateRange(turn if role == "gone" else date(2025, 7, 1), turn if role == "expired" else None)
        how = {"standin": "stand_in", "expired": "acting", "gone": "acting"}.get(role, "held")
        Appointment.objects.create(person=person, post=Post.objects.get(code=post), valid=valid, how=how)
        return person

    def _linked(self, role: str) -> int:
        made = link_identity(self.people[role], issuer="http://127.0.0.1:9", subject=role, actor=self.system, at=MONDAY)
        return made.pk

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
        self._replaces(lapsing, lapsed)
        self.names |= {"lapsed": lapsed.code, "lapsing": lapsing.code}

    def _replaces(self, lapsing: Document, lapsed: Document) -> None:
        Relation.objects.create(
            document=lapsing,
            what="replaces",
            symbol=lapsed.symbol,
            symbol_key=lapsed.symbol_key,
            other=lapsed,
            start=0,
            end=5,
        )

    def _reorganised(self) -> None:
        """A merger of two provinces that waits for the second signature, and a draft of the province's own."""
        merger = self._reorganising("VPCP", [{"kind": "merge", "gone": ["P-66"], "heir": "P-52"}])
        reorganise.sign(merger, actor=self.world.officer("VPCP"), at=MONDAY)
        renamed = [{"kind": "rename", "unit": "P-52.SYT", "vi": "Sở Y tế và Dân số tỉnh Gia Lai"}]
        self.names |= {"merger": merger, "renamed": self._reorganising("P-52", renamed)}

    def _reorganising(self, office: str, steps: list[dict[str, object]]) -> str:
        said = Draft("Sắp xếp", "1/2026/QH16", "QH", date(2026, 5, 20), date(2027, 1, 1), steps)
        return reorganisations.draft(said, actor=self.world.officer(office), at=MONDAY).code

    def _decentralised(self) -> None:
        """A power that the Government gave to the provinces."""
        given = powers.Given(
            "Quyết định điều chỉnh quy hoạch chung đô thị",
            "decentralised",
            Unit.objects.get(code="CP"),
            "145/2025/NĐ-CP",
            date(2025, 7, 1),
            to_kind="province_committee",
        )
        self.names["power"] = powers.record_power(given, actor=self.world.actor("VPCP:lanh-dao"), at=MONDAY).pk

    def _handed_over(self) -> None:
        """Somebody left the clerk's post in a department; the officer of the province takes it over. Not signed yet."""
        self.names["minutes"] = self._leaving("P-52.SYT:van-thu", self.people["officer"])

    def _leaving(self, seat: str, receiver: Person) -> int:
        person = Person.objects.create(login=f"left.{seat}", name="left", password=make_password(None))
        post = Post.objects.get(code=seat)
        held = Appointment.objects.create(person=person, post=post, valid=DateRange(date(2025, 7, 1), None))
        minutes = hand_over.leave(
            held.pk, on=date(2026, 6, 1), receiver=receiver, actor=Actor.system("test"), at=MONDAY
        )
        assert minutes is not None
        return minutes.pk

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
        scan = self._scan(PAPER.replace("77/", "79/"), post)
        listed = files.keep(LIST.encode())
        listing = signing.dumps([post, listed.sha256, "ds.csv"], salt="task-list", compress=True)
        self.names |= {
            "listed": listed.sha256,
            "listing": listing,
            "scan": scan,
            "open": open_one.code,
            "waiting": waiting.code,
            "handed": handed.sha256,
            "ticket": ticket,
            "ticket_of_list": self._units_list(post),
            "today": timezone.localdate().isoformat(),
            "next_year": date(timezone.localdate().year + 1, 6, 1).isoformat(),
        }

    def _units_list(self, post: int) -> str:
        kept = files.keep(UNITS_LIST.encode())
        return signing.dumps([post, kept.sha256, "danh-muc.csv"], salt="unit-compare", compress=True)

    def _scan(self, paper: str, post: int) -> int:
        """Waiting to be recognised; what its pages hold is nothing to who may see it."""
        return ScanReading.objects.create(
            sha256=files.hold(paper.encode()),
            file_name="scan.pdf",
            media_type=files.PDF,
            pages=3,
            asked_at=MONDAY,
            post_id=post,
        ).pk

    def _elsewhere(self) -> dict[str, Any]:
        """The same kinds of things in another province, of its own papers: no role but those above all reaches them."""
        world, province = self.world, ELSEWHERE
        commune, late = world.communes(province)[1:3]
        chair = world.chair(commune)
        running = world.issued("61/CT-UBND", [Wanted([commune, late]), Wanted([commune])], issuer=province)
        kept = files.keep(PAPER.replace("77/", "61/").encode())
        running.file_sha256 = kept.sha256
        running.save(update_fields=["file_sha256"])
        proof = files.keep("Ảnh chụp công trình ở nơi khác.".encode())
        unit = world.unit(commune)
        take_up.take_up(running.code, unit, actor=chair, at=MONDAY + DAY)
        report.report(
            running.code,
            unit,
            percent=40,
            words="Đang làm",
            done=False,
            evidence=[Evidence(sha256=proof.sha256, name="anh.txt")],
            numbers=[1],
            actor=chair,
            at=MONDAY + 2 * DAY,
        )
        owed = obstacles.raise_obstacle(
            running.code,
            unit,
            kind="money",
            missing="Kinh phí hỗ trợ",
            owing_id=world.unit(province),
            numbers=[2],
            actor=chair,
            at=MONDAY + 3 * DAY,
        )
        drafted = drafts.draft(
            running.code,
            unit,
            verb="report",
            payload={"numbers": [1], "percent": 50, "words": "Đang làm", "done": False},
            summary="Báo cáo",
            actor=world.officer(commune),
            at=MONDAY + 3 * DAY,
        )
        arrived = world.issued("62/CT-UBND", [Wanted([late])], issuer=province, at=MONDAY + 7 * DAY)
        open_one = world.written("63/CT-UBND", [Wanted([commune])], issuer=province)
        open_one.tasks.update(state=Task.State.PROPOSED)
        waiting = world.written("64/CT-UBND", [Wanted([commune])], issuer=province)
        review.submit(waiting.code, actor=world.officer(province), at=MONDAY)
        handed = files.keep(PAPER.replace("77/", "65/").encode())
        post = Post.objects.get(code=f"{province}:lanh-dao").pk
        lapsed = world.issued("66/QĐ-UBND", [Wanted([commune])], issuer=province)
        lapsing = world.issued("67/QĐ-UBND", [Wanted([commune])], issuer=province, at=MONDAY + 2 * DAY)
        self._replaces(lapsing, lapsed)
        renamed = [{"kind": "rename", "unit": f"{province}.SYT", "vi": "Sở Y tế và Dân số"}]
        reorganised = self._reorganising(province, renamed)
        someone = Person.objects.create(login="walk.elsewhere", name="elsewhere", password=make_password(None))
        clerk = Post.objects.get(code=f"{province}:van-thu")
        Appointment.objects.create(person=someone, post=clerk, valid=DateRange(date(2025, 7, 1), None))
        return {
            "linked": self._linked("stranger"),
            "someone": someone.pk,
            "minutes": self._leaving(f"{province}:kiem-tra", someone),
            "merger": reorganised,
            "renamed": reorganised,
            "lapsed": lapsed.code,
            "lapsing": lapsing.code,
            "commune": commune,
            "running": running.code,
            "task": f"{running.code}.1",
            "obstacle": owed.code,
            "draft": drafted.pk,
            "proof": proof.sha256,
            "commune_id": unit,
            "late_id": world.unit(late),
            "handling": Post.objects.get(code=f"{province}:chuyen-vien").pk,
            "arrived": arrived.code,
            "arrived_task": f"{arrived.code}.1",
            "open": open_one.code,
            "waiting": waiting.code,
            "handed": handed.sha256,
            "scan": self._scan(PAPER.replace("77/", "69/"), post),
            "ticket": signing.dumps([post, handed.sha256, "paper.txt"], salt="directive-check", compress=True),
            "ticket_of_list": self._units_list(post),
        }


# The forms that are handed in, by the name the table gives them. Each is one that its address takes from somebody.
PAPERS: dict[str, dict[str, str | bytes]] = {
    "sign": {"do": "sign"},
    "decision": {
        "title": "Đổi tên",
        "document": "2/2026/NQ",
        "issuer": "P-52",
        "signed_on": "2026-05-20",
        "day": "2027-01-01",
        "step-TOTAL_FORMS": "1",
        "step-INITIAL_FORMS": "0",
        "step-0-kind": "rename",
        "step-0-units": "P-52.SYT",
        "step-0-vi": "Sở Y tế Gia Lai",
    },
    "units-list": {"file": UNITS_LIST.encode()},
    "units-draft": {
        "of": "{ticket_of_list}",
        "title": "Danh mục",
        "document": "3/2026/NQ",
        "issuer": "QH",
        "signed_on": "2026-05-20",
        "day": "2027-01-01",
    },
    "nothing": {},
    "unlink": {"do": "unlink", "link": "{linked}"},
    "found-post": {
        "seat": "pho-chu-tich-1",
        "title_vi": "Phó Chủ tịch",
        "title_en": "Vice-chair",
        "hands": "leader",
        "leading": "on",
        "expertise": "Luật",
        "start": "{today}",
        "ground": "12/QĐ-UBND",
    },
    "appoint": {
        "do": "appoint",
        "person": "walk.child",
        "how": "stand_in",
        "start": "{today}",
        "end": "{next_year}",
        "ground": "12/QĐ-UBND",
    },
    "person": {
        "login": "walk.new",
        "name": "Người Mới",
        "password": "Mot-mat-khau-dai-1",
        "post": "P-52.SYT:van-thu",
        "start": "{today}",
        "ground": "12/QĐ-UBND",
    },
    "target": {
        "do": "target",
        "what": "staff",
        "most": "32",
        "start": "{today}",
        "end": "{next_year}",
        "ground": "5/QĐ-UBND",
    },
    "power": {
        "matter": "Cấp giấy phép xây dựng nhà ở riêng lẻ",
        "way": "decentralised",
        "from_unit": "P-52",
        "to_unit": "",
        "to_kind": "commune_committee",
        "ground": "20/QĐ-UBND",
        "start": "{today}",
        "end": "{next_year}",
        "people": "Thêm 01 công chức địa chính",
        "money": "",
        "system": "",
        "phrases": "",
    },
    "power-list": {"file": POWERS.encode()},
    "answer-power": {"do": "answer", "answer": "with_means", "words": "Thiếu người làm quy hoạch"},
    "sign-minutes": {"do": "sign", "note": "Đã nhận đủ"},
    "expertise": {"do": "expertise", "what": "law", "since": "2026-01-01", "ground": "Bằng cử nhân 1/2010"},
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
        "signed_how": "",
    },
    "accept": {"do": "accept-1"},
    "ask-model": {"do": "ask"},
    "stop": {"do": "stop"},
    "list": {"file": LIST.encode()},
    "take": {"do": "take", "s-2": "Rà soát, báo cáo"},
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
