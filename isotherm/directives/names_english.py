"""Names of bodies in English words: working translations of Vietnamese papers."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date
from functools import cached_property

from isotherm import country
from isotherm.directives.letters import any_of, like, one_line
from isotherm.directives.names import SEPARATOR, Body, alternation, groups_of, longest_group, squeeze

_SEVERAL = re.compile(
    r"(?:(?:all|other|each of|\d{1,3}|one|two|three|four|five|six|seven|eight|nine|ten) )*(?:[a-z][a-z-]* ){0,3}"
    r"(?:agencies|associations|enterprises|institutions|bodies|organi[sz]ations|authorities|units|forces|committees"
    r"|departments"
    r"|banks|universities|schools|hospitals|companies|corporations|groups|boards|investors|owners|inspectorates|offices"
    r"|commands|communes|districts|unions|members)(?!\w)"
)


class English:
    language = "en"

    def __init__(self, issued: date | None) -> None:
        self.issued = issued

    @cached_property
    def known(self) -> tuple[re.Pattern[str], dict[str, tuple[str, str]]]:
        names: dict[str, tuple[str, str]] = {}
        for row in country.table("phrases/bodies"):
            for name in (row["name_en"], *row["also"].split(";")):
                if name and name.isascii() and (" " in name or row["kind"] == "government"):
                    names.setdefault(like(name), (name, row["kind"]))
        return alternation(names), names

    @cached_property
    def shorts(self) -> tuple[re.Pattern[str], dict[str, str]]:
        names = {like(row["short_en"]): row["short_en"] for row in country.table("phrases/bodies") if row["short_en"]}
        return alternation(names), names

    @cached_property
    def provinces(self) -> tuple[re.Pattern[str], dict[str, tuple[str, str]]]:
        names: dict[str, tuple[str, str]] = {}
        for row in country.table("phrases/provinces"):
            city = row["kind"] == "city"
            if row["city_since"] and self.issued and self.issued < date.fromisoformat(row["city_since"]):
                city = False
            names.setdefault(like(row["name_en"]), (row["name_en"], "city" if city else "province"))
        return alternation(names), names

    @cached_property
    def groups(self) -> tuple[tuple[re.Pattern[str], str | None], ...]:
        return groups_of("en")

    @cached_property
    def titles(self) -> re.Pattern[str]:
        return re.compile(
            any_of(r["title"] for r in country.table("phrases/titles") if r["language"] == "en") + r"\s+(?:the )?"
        )

    @cached_property
    def heads(self) -> re.Pattern[str]:
        words = any_of(r["head"].removesuffix(" of") for r in country.table("phrases/heads") if r["language"] == "en")
        return re.compile(r"(?<!\w)" + words + r"(?!\w)")

    def element(self, text: str, alike: str, at: int, *, first: bool) -> tuple[list[Body], int] | None:
        start = at
        article = re.compile(r"(?:the )").match(alike, at)
        if article:
            at = article.end()
        person = re.compile(r"(?:Permanent |Standing )?Deputy Prime Minister(?: [A-Z]\w+){2,5}").match(text, at)
        if person:
            return [Body(one_line(person.group()), start, person.end(), "person")], person.end()
        listed = self._ministries(text, alike, at)
        if listed:
            return [replace(listed[0][0], start=start), *listed[0][1:]], listed[1]
        title = None
        body_at = at
        titled = self.titles.match(alike, at)
        if titled:
            title, body_at = one_line(text[at : titled.end()]), titled.end()
        found = (
            self._committees(text, alike, body_at)
            or longest_group(self.groups, text, alike, body_at, tidy=one_line)
            or self._known(text, alike, body_at)
            or self._by_head(text, alike, body_at)
            or self._several(text, alike, body_at, first=first)
            or self._places(text, alike, body_at)
        )
        if not found:
            return None
        bodies = [replace(body, title=title) if title else body for body in found[0]]
        return [replace(bodies[0], start=start), *bodies[1:]], found[1]

    def _ministries(self, text: str, alike: str, at: int) -> tuple[list[Body], int] | None:
        head = re.compile(r"(?:ministers?|ministry|ministries) of:? (?:the )?").match(alike, at)
        if not head:
            return None
        title = (
            one_line(text[at : head.end()])
            if alike.startswith("minister", at) and not alike.startswith("ministr", at)
            else None
        )
        pattern, names = self.shorts
        bodies: list[Body] = []
        here = head.end()
        while True:
            again = re.compile(r"(?:the )?(?:ministers?|ministry|ministries) of (?:the )?").match(alike, here)
            short = pattern.match(alike, again.end() if again else here)
            if not short:
                break
            bodies.append(
                Body(f"Ministry of {names[squeeze(short.group())]}", here, short.end(), "ministry", title=title)
            )
            gap = SEPARATOR.match(alike, short.end())
            if not gap:
                break
            here = gap.end()
        if not bodies:
            return self._known(text, alike, at)
        bodies[0] = replace(bodies[0], start=at)
        return bodies, bodies[-1].end

    def _known(self, text: str, alike: str, at: int) -> tuple[list[Body], int] | None:
        pattern, names = self.known
        found = pattern.match(alike, at)
        if not found or not text[at].isupper():
            return None
        name, kind = names[squeeze(found.group())]
        return [Body(name, at, found.end(), kind)], found.end()

    def _committees(self, text: str, alike: str, at: int) -> tuple[list[Body], int] | None:
        everywhere = re.compile(
            r"(?:all )?(?:the )?(?P<level>provincial|provincial-level|municipal|commune-level"
            r"|communal|provincial and municipal)"
            r" people's committees?(?! of)"
        ).match(alike, at)
        if everywhere:
            group = "communes" if everywhere.group("level").startswith("commun") else "provinces"
            return [
                Body(
                    one_line(everywhere.group().replace("people's committee", "People's Committee")),
                    at,
                    everywhere.end(),
                    "group",
                    group,
                )
            ], everywhere.end()
        named = re.compile(r"([\w ]{3,20}?) (provincial|municipal|city) people's committee").match(alike, at)
        if named and squeeze(named.group(1)) in self.provinces[1]:
            name, kind = self.provinces[1][squeeze(named.group(1))]
            return [Body(f"People's Committee of {name} {kind}", at, named.end(), "province")], named.end()
        head = re.compile(r"people's (?:committees?|councils?)(?: of| in)? ?").match(alike, at)
        if not head:
            return None
        what = "People's Council" if "council" in head.group() else "People's Committee"
        area = self._area(text, alike, head.end())
        if not area:
            end = head.end() - (alike[head.end() - 1] == " ")
            return [Body(one_line(text[at:end]), at, end, "province_body")], end
        bodies, end = area
        bodies = [replace(body, name=f"{what}{'s' if body.kind == 'group' else ''} of {body.name}") for body in bodies]
        return [replace(bodies[0], start=at), *bodies[1:]], end

    def _area(self, text: str, alike: str, at: int) -> tuple[list[Body], int] | None:
        pattern, names = self.provinces
        lead = re.compile(
            r"(?:all )?(?:the )?(?:(?:[\w-]+ )?(?:provinces|province|cities|city|localities)(?:(?:,"
            r"| and) (?:the )?(?:centrally[- ]run )?(?:provinces|cities|city|municipalities))?"
            r"(?: under central (?:authority|management))?(?: of|:|)? ?(?:the )?)?"
        ).match(alike, at)
        here = lead.end() if lead else at
        bodies: list[Body] = []
        while True:
            item = re.compile(r"(?:the )?(?:(provinces?|cit(?:y|ies)) of )?").match(alike, here)
            found = pattern.match(alike, item.end() if item else here)
            if not found:
                break
            name, kind = names[squeeze(found.group())]
            after = re.compile(r" (?:provinces?|city|cities)(?!\w)").match(alike, found.end())
            end = after.end() if after else found.end()
            named = name if kind == "city" and name.endswith("City") else f"{name} {kind}"
            bodies.append(Body(named, here, end, "province"))
            gap = SEPARATOR.match(alike, end)
            if not gap:
                break
            here = gap.end()
        if bodies:
            return bodies, bodies[-1].end
        if lead and lead.group().strip():
            end = at + len(lead.group().rstrip(" :"))
            return [Body(one_line(text[at:end]), at, end, "group", "provinces")], end
        level = re.compile(
            r"(?:all )?(?:communes?|wards?)(?:,? (?:and )?(?:wards?|special zones?))*|(?:the )?commune level|all levels"
        ).match(alike, at)
        if level and level.group():
            group = "provinces_communes" if "levels" in level.group() else "communes"
            return [Body(one_line(text[at : level.end()]), at, level.end(), "group", group)], level.end()
        return None

    def _by_head(self, text: str, alike: str, at: int) -> tuple[list[Body], int] | None:
        if self._is_verb(alike, at):
            return None
        run = re.compile(
            r"[A-Z][\w'’&-]*(?: (?:of|for|and|on|the|to|in) (?:the )?(?=[A-Z])| (?=[A-Z])|[\w'’&-]+)*"
        ).match(text, at)
        if not run:
            return None
        words = alike[at : run.end()]
        if not self.heads.search(words):
            return None
        cut = re.compile(
            r" and (?:the )?(?=minist|people's|" + "|".join(("chair", "govern", "viet nam", "state")) + ")"
        ).search(words)
        end = at + cut.start() if cut and self.heads.search(words[: cut.start()]) else run.end()
        return [Body(one_line(text[at:end]), at, end, "unit")], end

    @cached_property
    def verbs(self) -> re.Pattern[str]:
        rows = country.table("phrases/verbs")
        return re.compile(any_of(row["verb"] for row in rows if row["language"] == "en") + r"(?!\w)")

    def _is_verb(self, alike: str, at: int) -> bool:
        """ "Direct the Tax Department to ..." begins with an order, not with a name."""
        return bool(self.verbs.match(alike, at)) and not self.heads.match(alike, at)

    def _several(self, text: str, alike: str, at: int, *, first: bool) -> tuple[list[Body], int] | None:
        """ "press agencies", "the seven working groups of the Government": a group by what its members are called."""
        found = _SEVERAL.match(alike, at)
        if (
            not found
            or (first and not text[at].isupper() and not alike[:at].endswith("the "))
            or self._is_verb(alike, at)
        ):
            return None
        end = found.end()
        owner = re.compile(r" of (?:the )?(?=[A-Z])").match(text, end)
        if owner:
            named = self._known(text, alike, owner.end()) or self._by_head(text, alike, owner.end())
            end = named[1] if named else end
        return [Body(one_line(text[at:end]), at, end, "group")], end

    def _places(self, text: str, alike: str, at: int) -> tuple[list[Body], int] | None:
        """ "Ho Chi Minh City, Dong Nai and Khanh Hoa shall ..."."""
        found = self.provinces[0].match(alike, at)
        if not found or not text[at].isupper():
            return None
        after = re.compile(r" (?:provinces?|city|cities)(?!\w)").match(alike, found.end())
        end = after.end() if after else found.end()
        name, kind = self.provinces[1][squeeze(found.group())]
        return [Body(name if name.endswith("City") else f"{name} {kind}", at, end, "province")], end

    def places(self, text: str, alike: str, at: int) -> tuple[Body, ...]:
        """Provinces by their names alone are read as `element` already."""
        return ()

    def narrowed(self, text: str, alike: str, at: int) -> int:
        return at

    def element_begins(self, text: str, alike: str, at: int) -> bool:
        return self.element(text, alike, at, first=False) is not None
