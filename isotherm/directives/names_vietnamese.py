"""Names of bodies in Vietnamese words, each with the rules by which it ends, compiled once from the phrase tables."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date
from functools import cached_property

from isotherm import country
from isotherm.directives.letters import any_of, like, one_line
from isotherm.directives.names import (
    PEOPLES_COMMITTEE,
    SEPARATOR,
    Body,
    alternation,
    capitalised,
    groups_of,
    longest_group,
    squeeze,
    stop_words,
)

MAX_TAIL_WORDS = 14
MAX_NARROWING_WORDS = 5
_MOST_MEMBER_WORDS = 9
THINGS = re.compile(
    r"(?:dự án|nội dung|nhiệm vụ|giải pháp|biện pháp|quy định|hoạt động|chính sách|chương trình|kế hoạch|công trình"
    r"|công tác|vấn đề|văn bản|dịch vụ|thủ tục|hồ sơ|mục tiêu|chỉ tiêu|điều kiện|hình thức|yêu cầu|nguồn|khoản|loại"
    r"|trường hợp|bước|khâu|lĩnh vực|điểm|vùng|khu|tuyến|nước|quốc gia|hành vi|vi phạm|sản phẩm|mặt|luật|nghị"
    r"|thông tin|dữ liệu|hệ thống|nguyên tắc|tiêu chí|thông tư|hướng|cấp|đợt|hạng mục|thôn|đối tượng|đề án"
    r"|quy hoạch|mô hình|phương án|khó khăn|vướng mắc|tồn tại|ý kiến|thành phần|xã|phường|tỉnh)(?!\w)"
)
_NEEDS_TAIL = {
    "sở", "cục", "vụ", "ban", "hội", "phòng", "viện", "trường", "đài", "báo", "văn phòng", "công an", "ngân hàng", "bộ",
    "hội đồng", "ủy ban", "trung tâm", "công ty", "thuế", "thanh tra", "học viện", "đại học", "cơ quan", "tổng cục",
    "chi cục", "hiệp hội", "liên hiệp", "liên minh", "liên đoàn", "tập đoàn", "tổng công ty", "trung ương hội",
    "tổ", "đội", "hãng", "cơ sở", "lực lượng", "bộ phận", "công đoàn", "viễn thông", "bưu điện", "điện lực", "tổng hội",
    "trung ương đoàn", "bảo hiểm xã hội", "bộ tư lệnh", "bộ chỉ huy", "quân khu", "nhà xuất bản", "đại sứ quán",
}  # fmt: skip
_COMMITTEE = re.compile(
    r"(?:thường trực )?(?:(?:hội đồng nhân dân|hđnd)(?:,| và) )?(?:ủy ban nhân dân|ubnd) ?"
    r"|(?:thường trực )?(?:hội đồng nhân dân|hđnd) (?=các |tỉnh |thành phố |cấp |xã |phường )"
    r"|(?:ủy ban|ub) ?(?:mặt trận tổ quốc|mttq)(?: ?việt nam| ?vn)? (?=các |tỉnh |thành phố |cấp |xã |phường )"
)
# Heads of names that lists write small: "bệnh viện khu vực và bệnh viện ngoài công lập".
_PLACES = {"communes", "districts"}
_PLACE_KIND = re.compile(r"(?:các )?(xã|phường|đặc khu|huyện|quận|thị xã|thị trấn|thành phố) (?=\S)")
_SHORT_HEADS = {"ban", "đài", "báo", "hội", "bộ", "sở", "phòng", "viện", "đoàn"}
_COMMON = re.compile(
    r"(?:bệnh viện|trung tâm|trường (?:đại học|học|cao đẳng|phổ thông|trung học|tiểu học|mầm non)|công ty|chi cục"
    r"|chi nhánh"
    r"|trạm y tế|ban quản lý|phòng khám|hiệp hội|ngân hàng thương mại|quỹ|viện nghiên cứu|hợp tác xã|cao đẳng"
    r"|học viện)(?!\w)"
)
# "Hiệp hội An toàn thông tin Việt Nam": the nation ends a name, whatever words stand before it.
_OF_THE_NATION = re.compile(
    r"(?:(?!(?:tại|cho|về|của|với|trong|ở|đến|từ|là|do|theo)(?!\w))[^\W\d_]+ ){1,6}?việt nam(?!\w)"
)
_SURNAME = re.compile(
    r"\s(?:Nguyễn|Trần|Lê|Phạm|Hoàng|Huỳnh|Phan|Vũ|Võ|Đặng|Bùi|Đỗ|Hồ|Ngô|Dương|Lý|Đào|Đoàn|Vương|Trịnh|Trương|Đinh"
    r"|Lâm|Mai|Tô"
    r"|Tạ|Hà|Cao|Tăng|Chu|Châu|Quách|Lương|Lưu|Thái|Triệu|Kiều|Nông|Lò|Giàng|Thào|Phùng|Tống|Mạc|Khuất|Nghiêm|Đàm"
    r"|Hứa|Từ|Vi|Y|Rơ"
    r"|Điểu|Ksor|Cầm|Quàng|Bạch|Thạch|Sơn|Danh|Kim|Ninh|Doãn|Ông|Mùa|Vàng|Sùng|Lã|Bàn|Ma|Ưng)(?= [A-ZĐÀ-Ỹ])"
)
_ALL_PROVINCES = re.compile(
    r"(?:\d{2} |toàn bộ |tất cả )?(?:các )?"
    r"(?:tỉnh(?:,| và) (?:các )?thành phố|tỉnh, tp\.?|tỉnh/thành phố"
    r"|tỉnh, thành)(?: trực thuộc (?:trung ương|tw))?(?!\w)"
    r"|các tỉnh(?!\w)|các địa phương(?!\w)"
)
_AREA_TAIL = re.compile(
    r"(?: (?:nêu )?trên(?: cả nước)?| cả nước| (?:phía |khu vực |vùng )?(?:tây nguyên|(?:trung|nam|bắc|tây"
    r"|đông)[ -](?:nam |bắc |trung )?bộ"
    r"|miền (?:bắc|trung|nam|tây)(?: và tây nguyên)?|tây bắc|đông bắc|đồng bằng sông (?:hồng|cửu long)"
    r"|trung du(?: và| ,)? miền núi(?: phía bắc| bắc bộ)?)| ven biển[\w ]{0,30}?| miền núi[\w ]{0,20}?"
    r"| biên giới[\w ]{0,20}?"
    r"| (?:khu vực|vùng)[^,;:.()]{0,60}?| từ [^,;:.()]{3,50}? đến [^,;:.()]{3,25}?"
    r"| (?:bị ảnh hưởng|chịu ảnh hưởng|bị thiệt hại|có (?!trách nhiệm|kế hoạch|giải pháp))[^,;:.()]{3,80}?"
    r"| (?:có )?liên quan| trực thuộc)?"
    r"(?=,|;|:|\.|$| và | chủ trì| chỉ đạo| khẩn| chủ động| tập trung| tiếp tục| có trách nhiệm| phối hợp| tổ chức"
    r"| căn cứ| rà soát| báo cáo| triển khai| thực hiện| theo| tăng cường| thường xuyên| nghiêm túc| kịp thời| sớm"
    r"| tích cực| phải| cần| xây dựng| hoàn thành| bố trí| đẩy nhanh| đẩy mạnh| huy động| đề xuất| ban hành| lập| gửi"
    r"| quyết liệt| thành lập| công bố| kiểm tra| xử lý| chuẩn bị| nhanh chóng| tiến hành| bảo đảm| đảm bảo| quan tâm"
    r"| vận động| cập nhật| duy trì| làm việc| đầu tư| đôn đốc| hướng dẫn| quyết định| lựa chọn| tự| sơ tán| di dời"
    r"| \()"
)
_LEVELS = (
    (re.compile(r"(?:hai|02|2) cấp(?!\w)"), "provinces_communes"),
    (re.compile(r"(?:các|mọi) cấp(?!\w)"), "provinces_communes"),
    (re.compile(r"cấp tỉnh(?:,| và) (?:cấp )?xã"), "provinces_communes"),
    (re.compile(r"cấp tỉnh(?!\w)"), "provinces"),
    (re.compile(r"cấp (?:xã|cơ sở)(?!\w)"), "communes"),
    (
        re.compile(
            r"(?:các )?(?:xã(?:,| và) phường|phường(?:,| và) xã)(?:(?:,| và) (?:đặc khu|thị trấn))?(?!\w)"
            r"|các (?:xã|phường|đặc khu)(?!\w)"
        ),
        "communes",
    ),
    (
        re.compile(
            r"(?:các )?(?:quận, huyện(?:, thị xã)?(?:,| và)? ?(?:thành phố)?|huyện(?:, thị xã)?(?:,"
            r"| và) thành phố)(?!\w)"
        ),
        None,
    ),
    (re.compile(r"các (?:huyện|quận|thị xã)(?!\w)"), "districts"),
)
_LEVEL = re.compile(r" (?:các cấp|cấp (?:tỉnh|xã)|tỉnh|thành phố|xã|phường)(?!\w)(?!,? (?:trực thuộc|và thành phố))")
# " - Truyền hình" of "Đài Phát thanh - Truyền hình"; "- Cơ quan thường trực ..." says what the body is.
_PART = re.compile(r" [-–] (?!Cơ quan )[A-ZĐ]\w+")
_ALSO_WORK = re.compile(
    r"(?:hỗ trợ|xúc tiến|bảo vệ|giải phóng|phát triển|kiểm soát|khai thác|quản lý|đầu tư|phối hợp)(?!\w)"
)
_NARROWS = re.compile(
    r"quản lý|có(?! (?:ngay |các |những )?(?:phương án|giải pháp|kế hoạch|biện pháp|văn bản|hình thức|ý kiến|báo cáo))"
)
_LEVEL_WORD = re.compile(r" (?:tỉnh|thành phố|phường)$")
_LEADS_ON = {"các", "và", "về", "án", "tác", "vụ", "lý", "tâm", "cho", "dịch", "vực", "thuộc", "dựng", "tư"}
_LOOSE = re.compile(
    r"(?:các )?(?:địa phương|cơ quan|đơn vị|tổ chức|doanh nghiệp|bộ|ngành|sở|ban|đoàn thể"
    r"|lực lượng|chuyên gia|chính quyền)"
    r"(?:,? (?:ngành|cơ quan|đơn vị|tổ chức|địa phương|cá nhân|doanh nghiệp))*(?: (?:chức năng"
    r"|khác|trung ương|địa phương|có thẩm quyền))?"
    r"(?: (?:có )?liên quan)?(?!\w)"
)
# "Thanh tra", "Báo cáo", "Ban hành" begin an office's name or an order.
_IS_OFFICE = re.compile(r" (?:tỉnh|thành phố|chính phủ|bộ|sở|nhà nước|ban chỉ đạo|hội đồng|ủy ban|tổ công tác)(?!\w)")


class Vietnamese:
    """The names that a paper of its day may use."""

    language = "vi"

    def __init__(self, issued: date | None) -> None:
        self.issued = issued

    @cached_property
    def known(self) -> tuple[re.Pattern[str], dict[str, tuple[str, str]]]:
        names: dict[str, tuple[str, str]] = {}
        for row in country.table("phrases/bodies"):
            for name in (row["name_vi"], *row["also"].split(";"), *row["abbreviations"].split(";")):
                if (name and name.isascii() is name.isupper()) or not name.isascii():
                    names.setdefault(like(name), (row["name_vi"] if _is_short(name) else name, row["kind"]))
        names.pop("", None)
        return alternation(names), names

    @cached_property
    def shorts(self) -> tuple[re.Pattern[str], dict[str, str]]:
        """The fields of ministries and departments: "Y tế", also as "KH&CN" of "Bộ KH&CN"."""
        names = {like(row["short_vi"]): row["short_vi"] for row in country.table("phrases/bodies") if row["short_vi"]}
        for row in country.table("phrases/bodies"):
            for name in row["also"].split(";"):
                if row["short_vi"] and name.startswith("Bộ ") and _is_short(name):
                    names.setdefault(like(name.removeprefix("Bộ ")), row["short_vi"])
        return alternation(names), names

    @cached_property
    def provinces(self) -> tuple[re.Pattern[str], dict[str, tuple[str, str]]]:
        names: dict[str, tuple[str, str]] = {}
        for row in country.table("phrases/provinces"):
            kind = "thành phố" if row["kind"] == "city" else "tỉnh"
            if row["city_since"] and self.issued and self.issued < date.fromisoformat(row["city_since"]):
                kind = "tỉnh"
            names.setdefault(like(row["name_vi"]), (row["name_vi"], kind))
        return alternation(names), names

    @cached_property
    def groups(self) -> tuple[tuple[re.Pattern[str], str | None], ...]:
        return groups_of(self.language)

    @cached_property
    def titles(self) -> re.Pattern[str]:
        alone = [row["title"] for row in country.table("phrases/titles") if row["language"] == "vi" and not row["body"]]
        return re.compile(r"(?:" + any_of(alone) + r"(?:,| và)? )+(?:đồng chí )?")

    @cached_property
    def bodies_by_title(self) -> dict[str, str]:
        return {
            like(r["title"]): r["body"] for r in country.table("phrases/titles") if r["body"] and r["language"] == "vi"
        }

    @cached_property
    def heads(self) -> re.Pattern[str]:
        return re.compile(
            any_of(r["head"] for r in country.table("phrases/heads") if r["language"] == "vi") + r"(?!\w)"
        )

    @cached_property
    def kinds(self) -> dict[str, str]:
        return {like(r["head"]): r["kind"] for r in country.table("phrases/heads")}

    @cached_property
    def stops(self) -> re.Pattern[str]:
        return re.compile(any_of(stop_words("vi")) + r"(?!\w)")

    @cached_property
    def duties(self) -> re.Pattern[str]:
        """After "Ban Chỉ đạo về ..." a verb belongs to the name; only a duty ends it."""
        rows = country.table("phrases/predicates")
        return re.compile(any_of(row["phrase"] for row in rows if row["language"] == "vi") + r"(?!\w)")

    @cached_property
    def compounds(self) -> re.Pattern[str]:
        """ "chương trình", "giao thông": a verb is only a part of these words."""
        rows = country.table("phrases/compounds")
        return re.compile(any_of(row["phrase"] for row in rows if row["language"] == "vi") + r"(?!\w)")

    # --- one element of a list ---------------------------------------------------------------------------

    def element(self, text: str, alike: str, at: int, *, first: bool) -> tuple[list[Body], int] | None:
        start = at
        comrade = re.compile(r"(?:các )?(?:đồng chí|đ/c):? |(?:ông|bà) (?=[^\W\d_]+ [^\W\d_]+)").match(alike, at)
        by_name = None
        if comrade and (alike[at] not in "ôb" or text[comrade.end()].isupper()):
            at = comrade.end()
            named = capitalised(text, at)
            office = re.compile(r"(?:,| -) ").match(alike, named)
            if office and self.titles.match(alike, office.end()):
                by_name = text[at:named]
                at = office.end()
        person = self._person(text, alike, at)
        if person:
            return person
        named_by_title = self._body_by_title(text, alike, at)
        if named_by_title:
            return named_by_title
        group = self._group(text, alike, at)
        title, body_at = None, at
        titled = self.titles.match(alike, at)
        if titled and not (group and group[1] > titled.end()):
            title, body_at = (
                re.sub(r" (?:các|đồng chí)$", "", one_line(text[at : titled.end()]).rstrip(", ")),
                titled.end(),
            )
        found = self._named(text, alike, body_at, first=first)
        every = re.compile(r"các ").match(alike, body_at) if titled and not found else None
        if every:
            body_at = every.end()
            found = self._named(text, alike, body_at, first=first)
        office = (
            re.compile(r"(?:chánh|trưởng|phó trưởng|phó) (?=\S)").match(alike, at) if titled and not found else None
        )
        if office:
            # "Trưởng ban Tổ chức", "Trưởng phòng Kinh tế": the title's own word begins the body's name.
            body_at = office.end()
            raised = text[:body_at] + text[body_at : body_at + 1].upper() + text[body_at + 1 :]
            found = self._by_head(raised, alike, body_at)
            title = one_line(text[at:body_at])
        if not found:
            return None
        bodies, end = found
        named = self._personal_name(text, end) if title and len(bodies) == 1 else end
        if named > end:
            # A deputy is charged himself; the head of a body stands for it.
            if like(title or "").startswith("phó"):
                return [Body(one_line(text[at:named]), start, named, "person")], named
            end = named
            bodies = [replace(bodies[0], end=end)]
        if by_name and like(title or "").startswith("phó") and len(bodies) == 1:
            return [Body(f"{one_line(text[at:end])} {one_line(by_name)}", start, end, "person")], end
        if title:
            bodies = [replace(body, title=title) for body in bodies]
        return [replace(body, start=start) if body.start == body_at else body for body in bodies], end

    def _named(self, text: str, alike: str, at: int, *, first: bool) -> tuple[list[Body], int] | None:
        return (
            self._committees(text, alike, at)
            or self._ministries(text, alike, at)
            or self._group(text, alike, at)
            or self._provinces(text, alike, at, "")
            or self._known(text, alike, at)
            or self._by_head(text, alike, at)
            or (None if first else self._letters(text, at))
            or (
                self._several(text, alike, at) if not first or alike.startswith(("các", "nh", "to", "tấ"), at) else None
            )
            or (None if first else self._loose_group(text, alike, at))
        )

    def _personal_name(self, text: str, at: int) -> int:
        """The end of a person's name that begins after a blank: a family name and one to three more words."""
        surname = _SURNAME.match(text, at)
        if not surname:
            return at
        end = capitalised(text, surname.end())
        return end if end > surname.end() and len(text[at:end].split()) <= 5 else at

    def _person(self, text: str, alike: str, at: int) -> tuple[list[Body], int] | None:
        office = re.compile(r"phó thủ tướng(?: thường trực)?(?: chính phủ)?,? (?:đồng chí )?").match(alike, at)
        if not office:
            return None
        name = re.compile(r"(?:[^\W\d_]+\s){1,4}[^\W\d_]+").match(text, office.end())
        words = []
        for word in name.group().split() if name else []:
            if not word[0].isupper():
                break
            words.append(word)
        if len(words) < 2:
            return None
        end = office.end()
        for word in words:
            end = text.index(word, end) + len(word)
        return [Body(one_line(text[at:end]), at, end, "person")], end

    def _body_by_title(self, text: str, alike: str, at: int) -> tuple[list[Body], int] | None:
        for title, body in self.bodies_by_title.items():
            if alike.startswith(title, at):
                end = at + len(title)
                return [Body(body, at, end, "ministry_level", title=text[at:end])], end
        return None

    def _known(self, text: str, alike: str, at: int) -> tuple[list[Body], int] | None:
        pattern, names = self.known
        found = pattern.match(alike, at)
        if not found or not text[at].isupper():
            return None
        name, kind = names[squeeze(found.group())]
        if like(name) != squeeze(found.group()) and found.group().isascii() and not text[at : found.end()].isupper():
            return None
        if kind == "corporation":
            # "VNPT Vĩnh Long" is a branch with a name of its own.
            place = self.provinces[0].match(alike, found.end() + 1)
            if place and text[place.start()].isupper():
                return [Body(one_line(text[at : place.end()]), at, place.end(), "unit")], place.end()
        level = _LEVEL.match(alike, found.end()) if kind in {"front", "corporation"} else None
        if level:
            # "Ủy ban Mặt trận Tổ quốc Việt Nam tỉnh", "Hội Nông dân Việt Nam các cấp".
            end = level.end() if level.group().endswith(("cấp", "xã")) else capitalised(text, level.end())
            return [Body(one_line(text[at:end]), at, end, kind)], end
        return [Body(name, at, found.end(), kind)], found.end()

    def _ministries(self, text: str, alike: str, at: int) -> tuple[list[Body], int] | None:
        """ "các Bộ: Công Thương, Xây dựng", "các Sở Tài chính, Nội vụ", "các bộ, cơ quan: Tài chính, ..."."""
        head = re.compile(r"(?:các )?(bộ|sở)(?:, (?:ban, )?(?:cơ quan|ngành)(?: ngang bộ)?)?(: ?| )").match(alike, at)
        if not head:
            return None
        pattern, names = self.shorts
        prefix = "Bộ" if head.group(1) == "bộ" else "Sở"
        colon = ":" in head.group(2)
        if not colon and not head.group().startswith("các "):
            return None
        bodies: list[Body] = []
        here = head.end()
        while True:
            item = re.compile(r"(?:(?:các )?" + head.group(1) + " )?").match(alike, here)
            short = pattern.match(alike, item.end() if item else here)
            if not short or not text[short.start()].isupper():
                break
            bodies.append(Body(f"{prefix} {names[squeeze(short.group())]}", here, short.end(), _ministry_kind(prefix)))
            gap = SEPARATOR.match(alike, short.end())
            if not gap:
                here = short.end()
                break
            here = gap.end()
        if not bodies:
            return None
        bodies[0] = replace(bodies[0], start=at)
        return bodies, bodies[-1].end

    def _group(self, text: str, alike: str, at: int) -> tuple[list[Body], int] | None:
        fields = re.compile(r"(?:các )?sở (?=\w)").match(alike, at)
        field = self.shorts[0].match(alike, fields.end()) if fields else None
        if fields and field and text[fields.end()].islower():
            # "Các sở giáo dục và đào tạo": those of all provinces.
            return [Body(tidy_group(text[at : field.end()]), at, field.end(), "group")], field.end()
        named = re.compile(r"các địa phương(?: là| gồm)?: ").match(alike, at)
        listed = self._province_list(text, alike, named.end()) if named else None
        if listed:
            return listed
        return longest_group(self.groups, text, alike, at, tidy=tidy_group)

    def _loose_group(self, text: str, alike: str, at: int) -> tuple[list[Body], int] | None:
        found = _LOOSE.match(alike, at)
        if found:
            return [Body(one_line(text[at : found.end()]), at, found.end(), "group")], found.end()
        members = re.compile(r"các (?=[^\W\d_])").match(alike, at)
        if not members or THINGS.match(alike, members.end()) or self.stops.match(alike, members.end()):
            return None
        # "các nền tảng mạng xã hội xuyên biên giới": whoever they are, beside other partners.
        end = self._tail(text, alike, members.end() - 1)
        if not 1 <= len(alike[members.end() : end].split()) <= _MOST_MEMBER_WORDS:
            return None
        return [Body(one_line(text[at:end]), at, end, "group")], end

    def _committees(self, text: str, alike: str, at: int) -> tuple[list[Body], int] | None:
        head = _COMMITTEE.match(alike, at)
        if not head:
            return None
        named = like(head.group()).replace("ubnd", "ủy ban nhân dân").replace("hđnd", "hội đồng nhân dân")
        prefixes = [
            full
            for full in ("Hội đồng nhân dân", "Ủy ban Mặt trận Tổ quốc Việt Nam", PEOPLES_COMMITTEE)
            if like(full) in named or (full.startswith("Ủy ban M") and "mttq" in named)
        ] or [PEOPLES_COMMITTEE]
        area = self._provinces(text, alike, head.end(), "*")
        if area is None:
            end = head.end() - (alike[head.end() - 1] == " ")
            return [Body(" ".join(prefixes), at, end, "province_body", group=None)], end
        bodies, end = area
        spelled = [replace(body, name=f"{prefix} {body.name}") for prefix in prefixes for body in bodies]
        spelled[0] = replace(spelled[0], start=at)
        return spelled, end

    def _provinces(self, text: str, alike: str, at: int, head: str) -> tuple[list[Body], int] | None:
        """The area after a head ("tỉnh A", "các tỉnh: A, B", "cấp xã"); without a head only what names a place."""
        everywhere = _ALL_PROVINCES.match(alike, at)
        if everywhere:
            listed = self._province_list(text, alike, _after_colon(alike, everywhere.end()))
            if listed and (
                ":" in alike[everywhere.end() : listed[0][0].start + 1] or listed[0][0].start - everywhere.end() <= 1
            ):
                return listed
            tail = _AREA_TAIL.match(alike, everywhere.end())
            end = tail.end() if tail else everywhere.end()
            words = one_line(text[at:end])
            closed = not tail or not tail.group().strip()
            communes = "xã" in everywhere.group()
            return [Body(words, at, end, "group", group=_area_group(closed, communes))], end
        some = re.compile(
            r"(?:các |[\dmộthaibốnăm]{1,4} )?(?:tỉnh|thành phố|tp\.?)(?: trực thuộc trung ương)?:? ?"
        ).match(alike, at)
        if some:
            listed = self._province_list(text, alike, at if not some.group().startswith("các") else some.end())
            if listed:
                return listed
        for pattern, group in _LEVELS:
            found = pattern.match(alike, at)
            if found and (head or group == "communes"):
                kinds = re.findall(r"xã|phường|đặc khu|huyện|quận|thị xã", found.group())
                listed = self._communes(text, alike, found.end(), kinds[0]) if group in _PLACES and kinds else None
                if listed:
                    return listed
                tail = _AREA_TAIL.match(alike, found.end()) if head else None
                end = tail.end() if tail else found.end()
                return [
                    Body(
                        one_line(text[at:end]),
                        at,
                        end,
                        "group",
                        group=group if group != "districts" and not (tail and tail.group().strip()) else None,
                    )
                ], end
        commune = re.compile(r"(?:xã|phường|đặc khu|thị trấn|thị xã|quận|huyện) ").match(alike, at)
        if commune and text[commune.end() : commune.end() + 1].isupper():
            end = capitalised(text, commune.end())
            kind = text[at : commune.end()].strip().lower()
            bodies = [Body(f"{kind} {one_line(text[commune.end() : end])}", at, end, "commune")]
            return bodies, end
        if head:
            listed = self._province_list(text, alike, at)
            if listed:
                return listed
            place = re.compile(r"(?:tỉnh|thành phố|xã|phường|đặc khu|huyện|quận)(?!\w)").match(alike, at)
            if place:
                return [Body(text[at : place.end()].lower(), at, place.end(), "province_body")], place.end()
        return None

    def _communes(self, text: str, alike: str, at: int, usual: str) -> tuple[list[Body], int] | None:
        here = _after_colon(alike, at)
        if here == at or (":" not in alike[at:here] and not text[here : here + 1].isupper()):
            return None
        bodies: list[Body] = []
        while (text[here : here + 1].isupper() and not self._is_body(alike, here)) or _PLACE_KIND.match(alike, here):
            kind = _PLACE_KIND.match(alike, here)
            name_at = kind.end() if kind else here
            verb = self.stops.match(alike, name_at)
            if verb and not text[name_at : verb.end()].istitle():
                # "Giao UBND các xã, phường: Tuyên truyền ...": no commune is called so.
                break
            end = capitalised(text, name_at)
            if end == name_at:
                break
            prefix = kind.group(1) if kind else usual
            bodies.append(Body(f"{prefix} {one_line(text[name_at:end])}", here, end, "commune"))
            gap = SEPARATOR.match(alike, end)
            if not gap:
                break
            here = gap.end()
        return (bodies, bodies[-1].end) if bodies else None

    def _is_body(self, alike: str, at: int) -> bool:
        return bool(_COMMITTEE.match(alike, at) or self.heads.match(alike, at) or self.titles.match(alike, at))

    def _province_list(self, text: str, alike: str, at: int) -> tuple[list[Body], int] | None:
        pattern, names = self.provinces
        bodies: list[Body] = []
        here = at
        while True:
            kind = re.compile(r"(?:các )?(?:(tỉnh|thành phố)|tp\.?):? ?").match(alike, here)
            found = pattern.match(alike, kind.end() if kind else here)
            if not found or not text[found.start()].isupper():
                break
            name, usual = names[squeeze(found.group())]
            spoken = (kind.group(1) or "thành phố") if kind and not kind.group().startswith("các") else None
            bodies.append(Body(f"{spoken or usual} {name}", here, found.end(), "province"))
            gap = SEPARATOR.match(alike, found.end())
            if not gap:
                break
            here = gap.end()
        return (bodies, bodies[-1].end) if bodies else None

    def places(self, text: str, alike: str, at: int) -> tuple[Body, ...]:
        """Provinces and cities by their names alone."""
        listed = self._province_list(text, alike, at) if text[at : at + 1].isupper() else None
        return tuple(listed[0]) if listed else ()

    def _letters(self, text: str, at: int) -> tuple[list[Body], int] | None:
        """ "VEC", "ACV": in a list of bodies, capitals that no table spells out."""
        found = re.compile(r"[A-ZĐ]{3,6}(?!\w)").match(text, at)
        return ([Body(found.group(), at, found.end(), "corporation")], found.end()) if found else None

    def _several(self, text: str, alike: str, at: int) -> tuple[list[Body], int] | None:
        """ "Các bệnh viện đa khoa", "các Trung tâm Y tế khu vực": a group by what its members are called."""
        plural = re.compile(r"(?:các|những|toàn bộ các|tất cả các) ").match(alike, at)
        head = self.heads.match(alike, plural.end()) if plural else _COMMON.match(alike, at)
        if not head or (not plural and text[at : at + 1].isupper()):
            return None
        if plural and squeeze(head.group()) in _SHORT_HEADS and not text[head.start()].isupper():
            return None
        end = self._tail(text, alike, head.end())
        return [Body(tidy_group(text[at:end]), at, end, "group")], end

    def _by_head(self, text: str, alike: str, at: int) -> tuple[list[Body], int] | None:
        found = self.heads.match(alike, at)
        if not found or not text[at].isupper():
            return None
        verb = self.stops.match(alike, at)
        if verb and (
            verb.end() > found.end() or (verb.end() == found.end() and not _IS_OFFICE.match(alike, verb.end()))
        ):
            return None
        last = found.start() + found.group().rfind(" ") + 1
        word = self.stops.match(alike, last) if last > at else None
        if word and word.end() > found.end() and not text[found.end() + 1 : found.end() + 2].isupper():
            # "Tỉnh đoàn kết ..." is no youth union.
            return None
        headed = re.compile(r" do [^,;.]{3,80}? làm (?:tổ trưởng|trưởng ban|trưởng đoàn|chủ tịch)(?!\w)").match(
            alike, found.end()
        )
        if headed:
            # "Tổ công tác do Bộ trưởng ... làm Tổ trưởng": who heads it belongs to it, not to its name.
            return [
                Body(one_line(text[at : found.end()]), at, headed.end(), self.kinds[squeeze(found.group())])
            ], headed.end()
        field = self._field(text, alike, found)
        if field:
            end, name = field
            return [Body(name, at, end, self.kinds[squeeze(found.group())])], end
        end = self._tail(text, alike, found.end())
        if end == found.end() and squeeze(found.group()) in _NEEDS_TAIL:
            return None
        if (
            squeeze(found.group()) in {"bộ", "cơ quan"}
            and not text[found.end() : found.end() + 2].strip()[:1].isupper()
        ):
            return None
        everywhere = re.compile(
            r",? ?(?:các )?(?:tỉnh, )?(?:thành phố|xã|phường)(?: trực thuộc trung ương)?(?:(?:,| và) đặc khu)?"
        ).match(alike, end)
        if everywhere and re.search(r"các (tỉnh|sở|xã)$", alike[found.end() : end]):
            end = everywhere.end()
        return [Body(one_line(text[at:end]), at, end, self.kinds[squeeze(found.group())])], end

    def _field(self, text: str, alike: str, head: re.Match[str]) -> tuple[int, str] | None:
        """ "Sở Văn hóa, Thể thao và Du lịch": departments are named after the fields of ministries."""
        if head.group() != "sở":
            return None
        found = self.shorts[0].match(alike, head.end() + 1)
        if not found or not text[found.start()].isupper():
            return None
        area = _ALL_PROVINCES.match(alike, found.end() + 1) if alike[found.end() : found.end() + 1] == " " else None
        place = re.compile(r" (?:tỉnh|thành phố)(?!\w)").match(alike, found.end())
        end = area.end() if area else capitalised(text, place.end()) if place else found.end()
        return end, one_line(f"Sở {self.shorts[1][squeeze(found.group())]}{text[found.end() : end]}")

    def _tail(self, text: str, alike: str, at: int) -> int:
        end = at
        stops = self.stops
        for _count in range(MAX_TAIL_WORDS):
            word = re.compile(r"\s([^\s,;:.()\0]+)").match(text, end)
            if not word:
                break
            if word.group(1) in {"-", "–"}:
                part = _PART.match(text, end)
                if not part:
                    break
                end = part.end()
                continue
            whole = self.compounds.match(alike, word.start(1))
            if whole and self._is_part(text, alike, at, end, word.start(1)):
                end = whole.end()
                continue
            if _LEVEL_WORD.search(text[at:end]) and word.group(1) != "ủy" and not word.group(1)[0].isupper():
                # "Ban Quản lý Khu kinh tế tỉnh xúc tiến ...": the level ends the name.
                break
            if not word.group(1)[0].isupper():
                if stops.match(alike, word.start(1)):
                    nation = _OF_THE_NATION.match(alike, word.start(1))
                    if nation:
                        end = nation.end()
                    break
                if word.group(1) == "về":
                    stops = self.duties
                if word.group(1) == "và" and self.element_begins(text, alike, word.end() + 1):
                    break
            end = word.end()
        level = (
            re.compile(r" (?:cấp (?:tỉnh|xã|huyện|trung ương)|các cấp|các đơn vị, địa phương)(?!\w)").match(alike, end)
            if end > at
            else None
        )
        return level.end() if level else end

    def _is_part(self, text: str, alike: str, at: int, end: int, here: int) -> bool:
        """ "Trung tâm xúc tiến đầu tư", but "Hiệp hội thủy sản | hỗ trợ doanh nghiệp": a verb begins the work."""
        if end == at or not text[here].islower() or not _ALSO_WORK.match(alike, here):
            return True
        return alike[at:end].rsplit(" ", 1)[-1] in _LEADS_ON

    def narrowed(self, text: str, alike: str, at: int) -> int:
        """The end of the words that tell which of a group: "các xã giáp ranh", "các địa phương có mỏ"."""
        end = at
        for _count in range(MAX_NARROWING_WORDS + 1):
            if re.compile(r"[\s]*(?:[,;.:()\0]|$)|\s(?:và|hoặc|trong|để|về|khi|nếu|theo|nhằm|trước|thì)(?!\w)").match(
                alike, end
            ):
                return end
            word = re.compile(r"\s([^\s,;:.()\0]+)").match(text, end)
            if (
                word
                and word.group(1) in {"Bộ", "Sở", "Tỉnh", "Trung"}
                and alike[: word.start()].endswith((" thuộc", " ở"))
            ):
                return word.end() + (6 if word.group(1) == "Trung" else 0)
            if not word or word.group(1)[0].isupper():
                return at
            if end == at and self.stops.match(alike, word.start(1)) and not _NARROWS.match(alike, word.start(1)):
                return at
            if end > at and self.stops.match(alike, word.start(1)):
                return end
            end = word.end()
        return at

    def element_begins(self, text: str, alike: str, at: int) -> bool:
        return self.element(text, alike, at, first=False) is not None


def _is_short(name: str) -> bool:
    """ "BTC", "Bộ KH&CN" are spelled out; a name in full, also a former one, stays as the text has it."""
    return bool(re.search(r"[A-ZĐ&]{2,}", name))


def _ministry_kind(prefix: str) -> str:
    return "ministry" if prefix == "Bộ" else "department"


def tidy_group(words: str) -> str:
    """ "các Bộ trưởng, Thủ trưởng cơ quan ngang bộ" is written as the bodies: các bộ, cơ quan ngang bộ."""
    name = one_line(words)
    name = re.sub(r"(?i)(thủ trưởng|giám đốc) (các )?", "", name)
    name = re.sub(
        r"(?i)(các )?bộ trưởng(, trưởng ngành)?", lambda m: "các bộ" + (", ngành" if m.group(2) else ""), name
    )
    name = re.sub(r"(?i)^các ", "các ", name)
    if re.match(r"(?i)bộ(,| )", name) or re.match(r"(?i)(cơ quan|sở, |ngành|cấp, )", name):
        name = "các " + name[0].lower() + name[1:]
    return name


def _area_group(closed: bool, communes: bool) -> str | None:
    if not closed:
        return None
    return "communes" if communes else "provinces"


def _after_colon(alike: str, at: int) -> int:
    gap = re.compile(r"(?: \([^)]{0,80}\))?(?::|,)? ?").match(alike, at)
    return gap.end() if gap else at
