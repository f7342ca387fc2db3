"""Every page at three widths in both languages, from a running demo, into docs/screenshots.

    make demo PORT=8123                                            # in one terminal
    .venv/bin/python docs/screenshots.py http://127.0.0.1:8123/    # in another; make screenshots takes port 8000

What the demo does not have is entered through the pages first: a directive to be confirmed (SAMPLE), a merger to be
previewed, powers, two vice-chairs, and what decisions allow. A second run finds them there.
"""

from __future__ import annotations

import argparse
import io
import re
import shutil
import sys
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urljoin

from PIL import Image
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, StorageState, sync_playwright

HERE = Path(__file__).resolve().parent
TARGET = HERE / "screenshots"
PEOPLE = HERE.parent / "countries" / "vn" / "demo" / "people.toml"
WIDTHS = (360, 768, 1440)
LANGUAGES = ("vi", "en")
TALLEST = 1900
COLOURS = 128

OFFICE, HEAD = "demo.vpcp", "demo.vpcp.lanhdao"
MINISTER = "demo.btc"
CHAIR, CLERK, OFFICER = "demo.gialai", "demo.gialai.vanthu", "demo.gialai.chuyenvien"
ADMINISTRATOR = "demo.gialai.quantri"
NEIGHBOUR = "demo.daklak"
COMMUNE = "demo.tuyphuoc"

SAMPLE = """THỦ TƯỚNG CHÍNH PHỦ
Số: 31/CT-TTg
CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM
Độc lập - Tự do - Hạnh phúc
Hà Nội, ngày 16 tháng 11 năm 2026

CHỈ THỊ
Về việc bảo đảm nước sạch nông thôn trong mùa khô 2026 - 2027

Để bảo đảm nước sạch cho người dân nông thôn trong mùa khô, Thủ tướng Chính phủ yêu cầu:

1. Bộ Nông nghiệp và Môi trường chủ trì, phối hợp với Bộ Xây dựng rà soát các công trình cấp nước tập trung đã ngừng \
hoạt động, báo cáo Thủ tướng Chính phủ trước ngày 15 tháng 12 năm 2026.

2. Bộ Tài chính hướng dẫn bố trí kinh phí sửa chữa công trình cấp nước, hoàn thành trong tháng 12 năm 2026.

3. Ủy ban nhân dân các tỉnh, thành phố trực thuộc trung ương:
a) Lập kế hoạch cấp nước cho từng xã có nguy cơ thiếu nước, hoàn thành trước ngày 31 tháng 12 năm 2026.
b) Chỉ đạo Ủy ban nhân dân cấp xã công khai số điện thoại tiếp nhận phản ánh về nước sạch trước ngày 20 tháng 12 \
năm 2026.
c) Không để hộ dân nào phải mua nước với giá cao hơn giá quy định.

4. Đề nghị Ủy ban Trung ương Mặt trận Tổ quốc Việt Nam giám sát việc thực hiện Chỉ thị này.

5. Văn phòng Chính phủ theo dõi, đôn đốc việc thực hiện Chỉ thị này.

6. Chỉ thị này thay thế Thông báo số 88/TB-VPCP.

Nơi nhận:
- Các bộ, cơ quan ngang bộ;
- Ủy ban nhân dân các tỉnh, thành phố.

KT. THỦ TƯỚNG
PHÓ THỦ TƯỚNG
"""

MERGER = "Hợp nhất tỉnh Gia Lai và tỉnh Đắk Lắk"

# Who enters what in the register of powers.
POWERS = {
    CHAIR: """matter;way;from;to;ground;start;end;people;money;system;phrases
Cấp giấy phép xây dựng nhà ở riêng lẻ;decentralised;P-52;commune_committee;20/QĐ-UBND;2026-01-01;;\
Thêm 01 công chức địa chính mỗi xã;Ngân sách tỉnh;Hệ thống thông tin giải quyết thủ tục hành chính;giấy phép xây dựng
Phê duyệt báo cáo nghiên cứu khả thi dự án nhóm C;delegated;P-52;P-52.SXD;21/QĐ-UBND;2026-02-01;2026-12-31;;;;
""",
    HEAD: """matter;way;from;to;ground;start;end;people;money;system;phrases
Giao đất, cho thuê đất đối với hộ gia đình, cá nhân;division;CP;province_committee;151/2025/NĐ-CP;2025-07-01;;;\
Nguồn thu từ đất;;giao đất
Quyết định chủ trương đầu tư công trình cấp nước nông thôn;decentralised;CP;province_committee;200/2025/NĐ-CP;\
2025-09-01;;;;;cấp nước
""",
}
ALLOWED = (("staff", "1450", "5/QĐ-TTg"), ("focal_points", "14", "6/QĐ-TTg"))
VICE_CHAIRS = (
    ("pho-chu-tich-1", "Phó Chủ tịch Ủy ban nhân dân", "Vice-chair"),
    ("pho-chu-tich-2", "Phó Chủ tịch Ủy ban nhân dân (văn xã)", "Vice-chair, culture and society"),
)

# As a drafter leaves it: one clause is given to nobody, another names no result.
DRAFT = SAMPLE.replace(
    "2. Bộ Tài chính hướng dẫn bố trí kinh phí sửa chữa công trình cấp nước, hoàn thành trong tháng 12 năm 2026.",
    "2. Nâng cao ý thức tiết kiệm nước trong toàn xã hội.\n3. Bộ Tài chính tăng cường quản lý kinh phí cấp nước.",
)


@dataclass(frozen=True, slots=True)
class Shot:
    """A page as somebody sees it: its address, or the first link on that address which fits each pattern in turn."""

    name: str
    who: str
    address: str
    links: tuple[str, ...] = ()
    dark: bool = False
    wide: bool = False  # for the guides alone, at 1440
    text: str = ""  # handed in with the page's own form, for pages that keep nothing


# Of the directive in which the demo's truth is planted.
PAPER = "16-CT-TTg"
SHOTS = (
    Shot("sign-in", "", "/sign-in"),
    Shot("desk-head", HEAD, "/"),
    Shot("desk-minister", MINISTER, "/"),
    Shot("desk-chair", CHAIR, "/"),
    Shot("desk-clerk", CLERK, "/"),
    Shot("desk-commune", COMMUNE, "/"),
    Shot("keys", CHAIR, "/keys"),
    Shot("directives", HEAD, "/directives/"),
    Shot("directive", HEAD, f"/directives/{PAPER}/"),
    Shot("directive-text", HEAD, f"/directives/{PAPER}/?tab=text"),
    Shot("directive-relations", HEAD, f"/directives/{PAPER}/?tab=relations"),
    Shot("directive-deliveries", HEAD, f"/directives/{PAPER}/?tab=deliveries"),
    Shot("directive-new", OFFICE, "/directives/new"),
    Shot("review", OFFICE, "/directives/31-CT-TTg/review/?show=all"),
    Shot("coverage", OFFICE, "/directives/21-CT-TTg/coverage/?show=all"),
    Shot("draft-check", OFFICE, "/directives/draft-check/", text=DRAFT),
    Shot("grounds", HEAD, "/directives/88-TB-VPCP/grounds/"),
    Shot("review-task", OFFICE, "/directives/31-CT-TTg/review/1/"),
    Shot("matrix", HEAD, f"/directives/{PAPER}/matrix/"),
    Shot("matrix-rows", HEAD, f"/directives/{PAPER}/matrix/rows?state=overdue"),
    Shot("task", HEAD, f"/directives/{PAPER}/", (r"/tasks/[^/]+/$",)),
    Shot("work-province", CHAIR, f"/directives/{PAPER}/units/P-52/"),
    Shot("work-commune", COMMUNE, f"/directives/{PAPER}/units/C-21952/"),
    Shot("assignment", CHAIR, f"/directives/{PAPER}/units/P-52/", (r"/tasks/[^/]+/P-52/$",)),
    Shot("history", CHAIR, f"/directives/{PAPER}/units/P-52/", (r"/tasks/[^/]+/P-52/$", r"/history$")),
    Shot("heat", HEAD, "/heat/"),
    Shot("heat-directive", HEAD, f"/heat/{PAPER}/"),
    Shot("heat-directive-dark", HEAD, f"/heat/{PAPER}/", dark=True),
    Shot("heat-unit", CHAIR, f"/heat/{PAPER}/P-52/"),
    Shot("heat-rows", HEAD, f"/heat/{PAPER}/rows?outcome=overdue"),
    Shot("heat-waiting", HEAD, f"/heat/{PAPER}/waiting"),
    Shot("heat-units", HEAD, f"/heat/{PAPER}/units"),
    Shot("units", CHAIR, "/units/"),
    Shot("unit", CHAIR, "/units/P-52/"),
    Shot("unit-line", COMMUNE, "/units/C-21952/"),
    Shot("units-tree", CHAIR, "/units/tree?day=2025-07-01&of=P-52"),
    Shot("posts", ADMINISTRATOR, "/units/P-52/posts/", wide=True),
    Shot("organisation", CHAIR, "/units/P-52/organisation/", wide=True),
    Shot("reorganisation", OFFICE, "/units/reorganisations/", (r"/units/reorganisations/[A-Z]+-\d+/$",)),
    Shot("reorganisation-new", OFFICE, "/units/reorganisations/new"),
    Shot("reorganisation-list", OFFICE, "/units/compare"),
    Shot("obstacles", HEAD, "/obstacles/"),
    Shot("obstacle", MINISTER, "/obstacles/", (r"/obstacles/[^/?]+/$",)),
    Shot("search", HEAD, "/search?q=ra+soat"),
    Shot("refusal", NEIGHBOUR, "/directives/no-such-document/"),
)


class Studio:
    def __init__(self, browser: Browser, base: str, password: str) -> None:
        self.browser, self.base, self.password = browser, base, password
        self.complaints: list[str] = []
        self.states: dict[str, StorageState] = {}

    def context(self, who: str, *, width: int, language: str, dark: bool = False) -> BrowserContext:
        if who and who not in self.states:
            self.states[who] = self._signed_in(who)
        context = self.browser.new_context(
            viewport={"width": width, "height": 900},
            color_scheme="dark" if dark else "light",
            reduced_motion="reduce",
            storage_state=self.states.get(who),
        )
        context.add_cookies([{"name": "isotherm_language", "value": language, "url": self.base}])
        return context

    def _signed_in(self, who: str) -> StorageState:
        context = self.browser.new_context()
        page = context.new_page()
        page.goto(urljoin(self.base, "/sign-in"))
        page.fill("input[name=login]", who)
        page.fill("input[name=password]", self.password)
        page.press("input[name=password]", "Enter")
        page.wait_for_url(lambda address: "/sign-in" not in address)
        state = context.storage_state()
        context.close()
        return state

    def register_sample(self) -> None:
        """So that something waits to be confirmed. The second run finds it there."""
        context = self.context(OFFICE, width=1440, language="vi")
        page = context.new_page()
        if page.goto(urljoin(self.base, "/directives/31-CT-TTg/review/")).status == 404:  # type: ignore[union-attr]
            page.goto(urljoin(self.base, "/directives/new"))
            page.set_input_files(
                "input[type=file]", {"name": "31-CT-TTg.txt", "mimeType": "text/plain", "buffer": SAMPLE.encode()}
            )
            if "/directives/new/" not in page.url:
                page.locator("form[enctype] .buttons button").first.click()
                page.wait_for_url(re.compile("/directives/new/"))
            self._keep(page, "directive-check", width=1440, language="vi")
            self._others_of_check(page)
            page.locator("form:has(input[name=of]) .buttons button").first.click()
            page.wait_for_url(re.compile("/review/"))
        context.close()

    def draft_merger(self) -> None:
        """So that there is a reorganisation to look at. The second run finds it there."""
        context = self.context(OFFICE, width=1440, language="vi")
        page = context.new_page()
        page.goto(urljoin(self.base, "/units/reorganisations/"))
        if MERGER not in page.inner_text("main"):
            page.goto(urljoin(self.base, "/units/reorganisations/new"))
            day = page.evaluate("new Date(Date.now() + 30 * 86400000).toISOString().slice(0, 10)")
            for name, value in (("title", MERGER), ("document", "9/2026/QH16"), ("signed_on", day), ("day", day)):
                page.fill(f"[name={name}]", value)
            page.select_option("[name=step-0-kind]", "merge")
            for field, typed in (("units", "P-66"), ("heir", "P-52")):
                page.focus(f"#id_step-0-{field}")
                page.keyboard.type(typed)
                page.wait_for_selector(f"#id_step-0-{field}-list [role=option]")
                page.keyboard.press("Enter")
            page.locator("main form .buttons button").first.click()
            page.wait_for_url(re.compile(r"/units/reorganisations/[A-Z]+-\d+/"))
        context.close()

    def enter_powers(self) -> None:
        for who, rows in POWERS.items():
            context = self.context(who, width=1440, language="vi")
            page = context.new_page()
            page.goto(urljoin(self.base, "/powers/"))
            if rows.splitlines()[1].split(";")[4] not in page.inner_text("main"):
                page.goto(urljoin(self.base, "/powers/take-in"))
                page.set_input_files(
                    "input[type=file]", {"name": "powers.csv", "mimeType": "text/csv", "buffer": rows.encode()}
                )
                self._press(page, "main form .buttons button")
            context.close()

    def allow_staff(self) -> None:
        context = self.context(HEAD, width=1440, language="vi")
        page = context.new_page()
        for what, most, ground in ALLOWED:
            page.goto(urljoin(self.base, "/units/P-52/organisation/"))
            if ground not in page.inner_text("main"):
                page.click("#target summary")
                page.check(f"#target [name=what][value={what}]")
                self._fill(page, "#target", {"most": most, "ground": ground})
                self._press(page, "#target button")
        context.close()

    def found_vice_chairs(self) -> None:
        """Two posts: one is held by somebody in charge of a field, and she acts in the other."""
        context = self.context(ADMINISTRATOR, width=1440, language="vi")
        page = context.new_page()
        posts = "/units/P-52/posts/"
        page.goto(urljoin(self.base, posts))
        if VICE_CHAIRS[0][1] in page.inner_text("main"):
            context.close()
            return
        for seat, vi, en in VICE_CHAIRS:
            page.goto(urljoin(self.base, "/units/P-52/found-post"))
            said = {"seat": seat, "title_vi": vi, "title_en": en, "ground": "12/QĐ-UBND"}
            self._fill(page, "main form", said)
            for box in ("[name=hands][value=leader]", "[name=hands][value=approver]", "[name=leading]"):
                page.check(f"main form {box}")
            self._press(page, "main form .buttons button")
        page.goto(urljoin(self.base, "/people/new"))
        said = {"login": "demo.pct1", "name": "Nguyễn Trần Khánh Huyền", "password": self.password}
        self._fill(page, "main form", {**said, "post": f"P-52:{VICE_CHAIRS[0][0]}", "ground": "13/QĐ-TTg"})
        self._press(page, "main form .buttons button")
        for field in ("health", "land"):
            page.goto(urljoin(self.base, f"{posts}{VICE_CHAIRS[0][0]}/"))
            page.click("#charge summary")
            page.select_option("#charge [name=field]", field)
            self._fill(page, "#charge", {"ground": "6/QĐ-UBND"})
            self._press(page, "#charge button")
        page.goto(urljoin(self.base, f"{posts}{VICE_CHAIRS[1][0]}/"))
        page.click("#appoint summary")
        page.check("#appoint [name=how][value=acting]")
        self._fill(page, "#appoint", {"person": "demo.pct1", "ground": "14/QĐ-TTg"})
        self._press(page, "#appoint button")
        context.close()

    def _fill(self, page: Page, form: str, said: dict[str, str]) -> None:
        for name, value in said.items():
            page.fill(f"{form} [name={name}]", value)

    def _press(self, page: Page, button: str) -> None:
        with page.expect_navigation():
            page.click(button)

    def _others_of_check(self, page: Page) -> None:
        """The page of a file just handed in is its giver's alone, so it is looked at on the way."""
        address = page.url
        for width, language in every_size():
            if (width, language) == (1440, "vi"):
                continue
            context = self.context(OFFICE, width=width, language=language)
            other = context.new_page()
            other.goto(address)
            self._keep(other, "directive-check", width=width, language=language)
            context.close()

    def take(self, shot: Shot) -> None:
        alone = shot.dark or shot.wide
        sizes = [(1440, language) for language in LANGUAGES] if alone else list(every_size())
        for width, language in sizes:
            context = self.context(shot.who, width=width, language=language, dark=shot.dark)
            page = context.new_page()
            page.on("console", lambda said: self._complaint(shot, said))
            if self._open(page, shot):
                self._keep(page, shot.name, width=width, language=language)
            context.close()

    def _open(self, page: Page, shot: Shot) -> bool:
        response = page.goto(urljoin(self.base, shot.address))
        for pattern in shot.links:
            addresses: list[str] = page.eval_on_selector_all("a[href]", "all => all.map(one => one.href)")
            found = next((one for one in addresses if re.search(pattern, one.partition("#")[0])), None)
            if found is None:
                self.complaints.append(f"{shot.name}: no link like {pattern} on {page.url}")
                return False
            response = page.goto(found)
        if shot.text:
            page.fill("main form [name=text]", shot.text)
            with page.expect_navigation():
                page.click("main form .buttons button")
        expected = 404 if shot.name == "refusal" else 200
        if response is None or response.status != expected:
            self.complaints.append(f"{shot.name}: {response.status if response else 'no answer'} at {page.url}")
        return True

    def _complaint(self, shot: Shot, said: ConsoleMessage) -> None:
        # A refusal's own status is what that page is about.
        if said.type in ("error", "warning") and shot.name != "refusal":
            self.complaints.append(f"{shot.name}: {said.text}")

    def _keep(self, page: Page, name: str, *, width: int, language: str) -> None:
        page.wait_for_load_state("networkidle")
        page.evaluate("document.fonts.ready")
        over = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
        if over > 0:
            self.complaints.append(f"{name} {width} {language}: {over} px wider than the window")
        height = min(TALLEST, page.evaluate("document.documentElement.scrollHeight"))
        taken = page.screenshot(full_page=True, clip={"x": 0, "y": 0, "width": width, "height": height})
        few_colours(Image.open(io.BytesIO(taken)).convert("RGB")).save(
            TARGET / f"{name}-{width}-{language}.png", optimize=True
        )


def few_colours(image: Image.Image) -> Image.Image:
    """A quarter of the size: the most frequent colours exactly, so that grounds keep theirs, and the extremes of the
    rest, so that a rare red stays red."""
    counted = sorted(image.getcolors(maxcolors=image.width * image.height) or [], reverse=True)
    frequent = [part for _count, colour in counted[: COLOURS // 2] for part in colour]  # type: ignore[union-attr]
    extremes = image.quantize(colors=COLOURS // 2, method=Image.Quantize.MAXCOVERAGE).getpalette() or []
    palette = Image.new("P", (1, 1))
    palette.putpalette((frequent + extremes)[: 3 * COLOURS])
    return image.quantize(palette=palette, dither=Image.Dither.NONE)


def every_size() -> Iterator[tuple[int, str]]:
    for width in WIDTHS:
        for language in LANGUAGES:
            yield width, language


def main() -> int:
    asked = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    asked.add_argument("address", nargs="?", default="http://127.0.0.1:8000/")
    asked.add_argument("--password", default=tomllib.loads(PEOPLE.read_text(encoding="utf-8"))["password"])
    asked.add_argument("--only", default="", help="pages whose name begins so")
    given = asked.parse_args()
    chromium = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    TARGET.mkdir(exist_ok=True)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=chromium, args=["--no-sandbox", "--disable-background-networking"]
        )
        studio = Studio(browser, given.address, given.password)
        if not given.only or "directive-check".startswith(given.only) or "review".startswith(given.only):
            studio.register_sample()
        if not given.only or "reorganisation".startswith(given.only) or given.only.startswith("reorganisation"):
            studio.draft_merger()
        if not given.only or given.only[:5] in ("revie", "draft", "posts", "organ", "unit", "units"):
            studio.enter_powers()
            studio.found_vice_chairs()
            studio.allow_staff()
        for shot in SHOTS:
            if shot.name.startswith(given.only):
                print(shot.name, flush=True)
                studio.take(shot)
        browser.close()
    for complaint in dict.fromkeys(studio.complaints):
        print(complaint, file=sys.stderr)
    return 1 if studio.complaints else 0


if __name__ == "__main__":
    sys.exit(main())
