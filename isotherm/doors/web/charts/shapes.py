"""What the drawings and the heat page are made of. A view fills these; templates and charts only read them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum

from django.core.paginator import Page
from markupsafe import Markup


class Outcome(StrEnum):
    """The parts of a bar, in the order they are drawn. The last two stand beside the rate, never in it."""

    ON_TIME = "on-time"
    LATE = "late"
    OVERDUE = "overdue"
    PAUSED = "paused"
    UNCONNECTED = "unconnected"


@dataclass(frozen=True, slots=True)
class Counts:
    on_time: int = 0
    late: int = 0
    overdue: int = 0
    paused: int = 0
    unconnected: int = 0

    @property
    def due(self) -> int:
        return self.on_time + self.late + self.overdue

    @property
    def beside(self) -> int:
        return self.paused + self.unconnected

    @property
    def share_overdue(self) -> float | None:
        return self.overdue / self.due if self.due else None

    def of(self, outcome: Outcome) -> int:
        value: int = getattr(self, outcome.name.lower())
        return value


@dataclass(frozen=True, slots=True)
class Rung:
    """A level of the chain. `parent` is the index of the rung above it; siblings share one. Without counts it has no
    bar: whoever gave the tasks.
    """

    name: str
    detail: str
    counts: Counts | None
    parent: int | None = None
    href: str = ""
    hrefs: Mapping[Outcome, str] = field(default_factory=dict)
    conduction: float | None = None  # from the parent to this rung


@dataclass(frozen=True, slots=True)
class Bottleneck:
    """The boundary above rung `below` where most is lost. `link` is its name, as in "tỉnh giao xã"."""

    below: int
    link: str
    rate: float
    low: float | None = None
    high: float | None = None
    href: str = ""


@dataclass(frozen=True, slots=True)
class Ladder:
    title: str
    rungs: tuple[Rung, ...]
    bottleneck: Bottleneck | None = None


@dataclass(frozen=True, slots=True)
class Tile:
    code: str
    overdue: int
    due: int
    href: str = ""
    stands_out: bool = False

    @property
    def share(self) -> float | None:
        return self.overdue / self.due if self.due else None


@dataclass(frozen=True, slots=True)
class Place:
    """Where a unit stands on the grid. Insets are drawn apart, always."""

    code: str
    name: str
    column: int
    row: int
    inset: bool = False


@dataclass(frozen=True, slots=True)
class TileMap:
    title: str
    places: tuple[Place, ...]
    tiles: Mapping[str, Tile]


@dataclass(frozen=True, slots=True)
class Changed:
    """A tile of a map of changes: its words, and how it is drawn (`ends`, `takes-over`, `divided`, `joined`,
    `touched`). `mark` is a sign or a number below the name, `words` the whole sentence."""

    name: str
    how: str
    mark: str
    words: str
    href: str = ""


@dataclass(frozen=True, slots=True)
class ChangeMap:
    title: str
    places: tuple[Place, ...]
    tiles: Mapping[str, Changed]


@dataclass(frozen=True, slots=True)
class Bar:
    """A body on a line of time, from when until when it stood. `more`: it stands for several alike."""

    name: str
    since: date | None
    until: date | None
    words: str
    own: bool = False
    more: bool = False
    href: str = ""


@dataclass(frozen=True, slots=True)
class Joint:
    """One bar goes into another on a day, by their places."""

    day: date
    gone: int
    heir: int
    main: bool


@dataclass(frozen=True, slots=True)
class LineOfTime:
    title: str
    days: tuple[date, ...]
    bars: tuple[Bar, ...]
    joints: tuple[Joint, ...]
    changes: tuple[tuple[date, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Series:
    """`points` are (day, share 0 to 1), days rising. `matters` marks the one line to look at."""

    name: str
    points: tuple[tuple[date, float], ...]
    matters: bool = False


@dataclass(frozen=True, slots=True)
class Curve:
    title: str
    series: tuple[Series, ...]
    due: date | None = None
    due_words: str = ""


@dataclass(frozen=True, slots=True)
class Held:
    """Mean days per chain at one holder: within what it was allowed, and beyond."""

    name: str
    within: float
    beyond: float
    chains: int
    href: str = ""


@dataclass(frozen=True, slots=True)
class Holding:
    title: str
    rows: tuple[Held, ...]

    @property
    def total(self) -> float:
        return sum(row.within + row.beyond for row in self.rows)


# --- the page around them -----------------------------------------------------------------------------------


class Why(StrEnum):
    """Why overdue work stands where it does: one clause of the answer each."""

    NOT_SENT_ON = "not-sent-on"  # `who` has not sent it on
    OWED = "owed"  # waits for `thing` of `who`
    DECISION = "decision"  # waits for a decision of `who`
    OWN = "own"  # lies with `who`


@dataclass(frozen=True, slots=True)
class AnswerPart:
    count: int
    href: str
    why: Why
    who: str
    thing: str = ""
    many: bool = False  # `who` is several: English needs to know


class Verdict(StrEnum):
    BOTTLENECK = "bottleneck"  # one boundary stands out
    ONE_LINK = "one-link"  # there is only one boundary, so nothing to compare
    SPREAD = "spread"  # overdue work, but nothing stands out
    FEW = "few"  # too few units for a judgement
    CLEAR = "clear"  # nothing overdue
    NOTHING_DUE = "nothing-due"


@dataclass(frozen=True, slots=True)
class Answer:
    """The page's first sentence. `parts` add up to `overdue`; a test holds it.

    `due_words` say what is due where: "lượt giao đến hạn ở xã". Without `due` the sentence counts what is overdue only.
    """

    verdict: Verdict
    overdue: int = 0
    overdue_href: str = ""
    due: int = 0
    due_href: str = ""
    due_words: str = ""
    link: str = ""  # the boundary: "tỉnh giao xã", "province to commune"
    link_href: str = ""
    parts: tuple[AnswerPart, ...] = ()

    @property
    def adds_up(self) -> bool:
        return not self.parts or sum(part.count for part in self.parts) == self.overdue


@dataclass(frozen=True, slots=True)
class Rate:
    """One of the four: `key` is done_due, on_time_due, on_time_assigned or overdue_assigned."""

    key: str
    part: int
    whole: int
    part_href: str = ""
    whole_href: str = ""


@dataclass(frozen=True, slots=True)
class Chip:
    """A filter with its state; `choices` are (words, address, chosen)."""

    label: str
    value: str
    choices: tuple[tuple[str, str, bool], ...] = ()


@dataclass(frozen=True, slots=True)
class Beside:
    """What stands beside every rate: undated tasks, pauses, extensions, returns, excused, withdrawn."""

    words: str
    count: int
    href: str = ""


class Promise(StrEnum):
    AHEAD = "ahead"
    KEPT = "kept"
    LATE = "late"
    BROKEN = "broken"


@dataclass(frozen=True, slots=True)
class BreakPoint:
    """`cause` is a whole clause: "Chưa giao cho 166 xã"."""

    unit: str
    unit_href: str
    cause: str
    pairs: int
    pairs_href: str
    days_beyond: int | None = None
    promised: date | None = None
    promise: Promise | None = None
    few: bool = False


@dataclass(frozen=True, slots=True)
class UnitRow:
    """A unit in the table behind the map, or a commune in a province's table."""

    name: str
    href: str
    counts: Counts
    overdue_href: str = ""
    due_href: str = ""
    waits_for: str = ""
    stands_out: bool = False
    few: bool = False


@dataclass(frozen=True, slots=True)
class UnitTable:
    """`page` pages the rows of a long table and is None where all are shown."""

    title: str
    head: str
    rows: tuple[UnitRow, ...]
    page: Page[UnitRow] | None = None


@dataclass(frozen=True, slots=True)
class StepRow:
    """One step on one level, with the figures of its cells. `due_href` and so on open the rows."""

    level: str
    step: str
    chosen: bool
    href: str  # this page with the step chosen
    counts: Counts
    undated: int = 0
    hrefs: Mapping[str, str] = field(default_factory=dict)  # by outcome, and "due", "undated"


@dataclass(frozen=True, slots=True)
class TaskRow:
    """A task at the unit that the page is about."""

    number: int
    words: str
    href: str
    state: str
    kind: str  # the class of the state's mark
    waits_for: str
    due: date | None
    document: str = ""


@dataclass(frozen=True, slots=True)
class DirectiveRow:
    symbol: str
    subject: str
    href: str
    issuer: str
    signed_on: date
    counts: Counts
    words: str  # its own answer, short
    due_href: str = ""
    overdue_href: str = ""


@dataclass(frozen=True, slots=True)
class Strip:
    """Many small units side by side, each a cell with its share overdue."""

    title: str
    cells: tuple[tuple[str, Tile], ...]  # (name, tile)


@dataclass(frozen=True, slots=True)
class FigureLinks:
    """Addresses of the same figure as a table, a workbook and a drawing; an empty one is not offered."""

    table: str = ""
    excel: str = ""
    svg: str = ""


@dataclass(frozen=True, slots=True)
class ChangeRow:
    """One event that moved pairs from one body to another."""

    day: date
    document: str
    gone: str
    heir: str
    told: int
    untold: int


@dataclass(frozen=True, slots=True)
class Changes:
    """What lies between the figures as they were and as they are: event by event."""

    words: str
    rows: tuple[ChangeRow, ...]
    total: int


@dataclass(frozen=True, slots=True)
class HeatPage:
    """All that heat/page.html reads. Whatever is None or empty is left out of the page."""

    title: str
    answer: Answer
    at: datetime
    name: str = ""  # the directive or the unit the page is about
    crumbs: tuple[tuple[str, str], ...] = ()
    chips: tuple[Chip, ...] = ()
    rates: tuple[Rate, ...] = ()
    beside: tuple[Beside, ...] = ()
    explain: str = ""
    ladder: Ladder | None = None
    ladder_note: str = ""
    map_note: str = ""
    holding_note: str = ""
    breaks: tuple[BreakPoint, ...] = ()
    breaks_total: int = 0
    breaks_href: str = ""
    curve: Curve | None = None
    holding: Holding | None = None
    map: TileMap | None = None
    strip: Strip | None = None
    units: UnitTable | None = None
    others: UnitTable | None = None
    steps: tuple[StepRow, ...] = ()
    tasks: tuple[TaskRow, ...] = ()
    tasks_total: int = 0
    tasks_href: str = ""
    directives: Page[DirectiveRow] | None = None
    warnings: tuple[str, ...] = ()
    changes: Changes | None = None
    links: Mapping[str, FigureLinks] = field(default_factory=dict)

    def links_of(self, figure: str) -> FigureLinks:
        return self.links.get(figure, FigureLinks())


@dataclass(frozen=True, slots=True)
class Drawings:
    """The page's charts, drawn; made from a HeatPage by `charts.page.draw`."""

    ladder: Markup | None = None
    curve: Markup | None = None
    holding: Markup | None = None
    map: Markup | None = None
    strip: Markup | None = None
