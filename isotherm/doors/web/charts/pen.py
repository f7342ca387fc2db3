"""Writes SVG: on a page the style sheet paints by class, alone the colours are written into the marks."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from markupsafe import Markup, escape

from isotherm.doors.web.charts import palette

LEAST_TYPE = 11.0


def _n(value: float) -> str:
    return f"{value:.1f}".rstrip("0").rstrip(".")


class Pen:
    """One drawing. Coordinates are its own pixels; `height` is set once the drawing knows it."""

    def __init__(self, *, name: str, width: float, wide: bool, alone: bool = False) -> None:
        self.name = name
        self.width = width
        self.height = 0.0
        self.wide = wide
        self.alone = alone
        self.linked = False
        self.marks: list[Markup] = []

    def _paint(self, *classes: str) -> Markup:
        if not self.alone:
            return Markup(' class="{}"').format(" ".join(c for c in classes if c)) if any(classes) else Markup("")
        paint: dict[str, str] = {}
        for one in classes:
            if one in palette.STROKE:
                paint["stroke"] = palette.STROKE[one]
                if one == "c-outlined":
                    paint["stroke-width"] = "1.5"
                else:
                    paint["fill"] = "none"
            elif one in palette.FILL:
                paint["fill"] = palette.FILL[one]
        return Markup("").join(Markup(' {}="{}"').format(key, value) for key, value in paint.items())

    def add(self, mark: str) -> None:
        self.marks.append(Markup(mark))  # noqa: S704 - every value in it was escaped by the methods below

    def rect(
        self, x: float, y: float, width: float, height: float, *paint: str, round_: float = 0, fill: str = ""
    ) -> None:
        corner = f' rx="{_n(round_)}"' if round_ else ""
        own = f' fill="{fill}"' if fill else ""
        at = "".join(f' {name}="{_n(value)}"' for name, value in (("x", x), ("y", y)) if value)
        self.add(f'<rect{at} width="{_n(max(0, width))}" height="{_n(height)}"{corner}{own}{self._paint(*paint)}/>')

    def text(
        self,
        x: float,
        y: float,
        words: str,
        *paint: str,
        size: float = 13,
        weight: int = 400,
        anchor: str = "start",
        room: float = 0,
    ) -> None:
        """`room`: words a little wider than it are squeezed into it rather than cut."""
        if size < LEAST_TYPE:
            raise ValueError(f"{words!r} would be drawn at {size} px; nobody reads under {LEAST_TYPE}")
        extra, classes = "", list(paint or ("",))
        for value, usual, name in ((str(weight), "400", "font-weight"), (anchor, "start", "text-anchor")):
            if value != usual and self.alone:
                extra += f' {name}="{value}"'
            elif value != usual:
                classes.append(f"{name[0]}-{value}")
        extra += f' textLength="{_n(room)}" lengthAdjust="spacingAndGlyphs"' if room else ""
        self.add(
            f'<text x="{_n(x)}" y="{_n(y)}" font-size="{_n(size)}"{extra}{self._paint(*classes)}>{escape(words)}</text>'
        )

    def path(self, d: str, *paint: str, thick: float = 1, dash: str = "") -> None:
        extra = "" if thick == 1 else f' stroke-width="{_n(thick)}"'
        extra += f' stroke-dasharray="{dash}"' if dash else ""
        self.add(f'<path d="{d}"{extra}{self._paint(*paint)}/>')

    def behind(self, d: str, *paint: str, thick: float = 1) -> None:
        """A path under everything drawn so far."""
        self.path(d, *paint, thick=thick)
        self.marks.insert(0, self.marks.pop())

    def dot(self, x: float, y: float, radius: float, *paint: str) -> None:
        self.add(f'<circle cx="{_n(x)}" cy="{_n(y)}" r="{_n(radius)}"{self._paint(*paint)}/>')

    def hatch(self) -> str:
        """A pattern for what stands still; used as `fill`, so that it reads without colour."""
        ident = f"{self.name}-hatch"
        self.add(
            f'<pattern id="{ident}" width="6" height="6" patternUnits="userSpaceOnUse" patternTransform="rotate(45)">'
            f'<rect width="6" height="6"{self._paint("c-card")}/>'
            f'<path d="M1.5 0v6" stroke-width="2"{self._paint("l-soft")}/></pattern>'
        )
        return f"url(#{ident})"

    @contextmanager
    def link(self, href: str, words: str, *paint: str) -> Iterator[None]:
        """What is drawn inside opens `href`; `words` are its name and its tooltip, where its own text does not say it.

        `paint` is handed down to the words inside that are written with `inherit`.
        """
        open_link = bool(href) and not self.alone
        self.linked = self.linked or open_link
        mark = f'a href="{escape(href)}"' if open_link else "g"
        self.add(f"<{mark}{self._paint(*paint)}>" + (f"<title>{escape(words)}</title>" if words else ""))
        yield
        self.add("</a>" if open_link else "</g>")

    @contextmanager
    def lettering(self, *, size: float, anchor: str) -> Iterator[None]:
        """Many small words alike: size and anchor are said once."""
        self.add(f'<g font-size="{_n(size)}" text-anchor="{anchor}">')
        yield
        self.add("</g>")

    def inherit(self, x: float, y: float, words: str, *, room: float = 0, size: float = 0, bold: bool = False) -> None:
        """Words that take size, anchor and colour from what they stand in."""
        extra = f' textLength="{_n(room)}" lengthAdjust="spacingAndGlyphs"' if room else ""
        extra += f' font-size="{_n(size)}"' if size else ""
        extra += ' font-weight="700"' if bold else ""
        self.add(f'<text x="{_n(x)}" y="{_n(y)}"{extra}>{escape(words)}</text>')

    def svg(self, *, title: str, desc: str) -> Markup:
        """`img` where nothing inside can be followed; a group where its links must stay reachable."""
        role = "group" if self.linked else "img"
        shape = "wide" if self.wide else "narrow"
        head = (
            f'xmlns="http://www.w3.org/2000/svg" width="{_n(self.width)}" height="{_n(self.height)}" '
            f"font-family=\"'Be Vietnam Pro', 'Segoe UI', Arial, sans-serif\""
            if self.alone
            else f'class="{shape}"'
        )
        body = Markup("").join(self.marks)
        return Markup(  # noqa: S704 - title and desc are escaped here, the marks where they were made
            f'<svg {head} viewBox="0 0 {_n(self.width)} {_n(self.height)}" role="{role}" '
            f'aria-labelledby="{self.name}-t {self.name}-d">'
            f'<title id="{self.name}-t">{escape(title)}</title>'
            f'<desc id="{self.name}-d">{escape(desc)}</desc>{body}</svg>'
        )


Draw = Callable[[Pen], None]


def both(name: str, *, title: str, desc: str, wide: float, narrow: float, draw: Draw, kind: str = "") -> Markup:
    """The same facts drawn for two widths; the style sheet shows the one that has room. `slim`: wide comes early."""
    drawings = []
    for is_wide, width in ((True, wide), (False, narrow)):
        pen = Pen(name=f"{name}-{'w' if is_wide else 'n'}", width=width, wide=is_wide)
        draw(pen)
        drawings.append(pen.svg(title=title, desc=desc))
    return Markup('<div class="figure{}">{}{}</div>').format(f" {kind}" if kind else "", *drawings)


def one(name: str, *, title: str, desc: str, width: float, draw: Draw) -> Markup:
    """A drawing whose place is as narrow on a desk as on a phone: once is enough."""
    pen = Pen(name=name, width=width, wide=False)
    draw(pen)
    return Markup('<div class="figure lone">{}</div>').format(pen.svg(title=title, desc=desc))


def alone(name: str, *, title: str, desc: str, wide: float, draw: Draw) -> str:
    """A file of its own, in the light colours, with its title written above it."""
    margin, head = 24, 44
    pen = Pen(name=name, width=wide, wide=True, alone=True)
    draw(pen)
    inner = Markup("").join(pen.marks)
    frame = Pen(name=name, width=wide + 2 * margin, wide=True, alone=True)
    frame.height = pen.height + head + margin
    frame.rect(0, 0, frame.width, frame.height, "c-card")
    frame.text(margin, 28, title, size=16, weight=600)
    frame.add(f'<g transform="translate({margin} {head})">{inner}</g>')
    return str(frame.svg(title=title, desc=desc))
