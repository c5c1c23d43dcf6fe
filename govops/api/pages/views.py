"""What a page shows, as values: a title, and blocks one below the other. Templates only arrange them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar

from govops.api.pages.drawing import Chart, Dot
from govops.api.pages.values import Badge, Code, Id, Link, Moment, Value

__all__ = [
    "Block",
    "Chart",
    "Choice",
    "Column",
    "Dot",
    "Facts",
    "Figure",
    "Figures",
    "Frame",
    "Given",
    "Happening",
    "Page",
    "Prose",
    "Required",
    "Standing",
    "Table",
    "Timeline",
    "Verdict",
    "number",
]


@dataclass(frozen=True, slots=True)
class Column:
    """A column title of our own; numbers stand at the right."""

    title: str
    is_number: bool = False


def number(title: str) -> Column:
    """A column of numbers."""
    return Column(title, is_number=True)


@dataclass(frozen=True, slots=True)
class Table:
    """Rows of as many values as there are columns, the first of which names the row.

    Without rows it says ``otherwise``: what is not there, and what would put something there. ``more`` leads to the
    next rows. ``anchor`` is what an address names it by.
    """

    title: Value
    columns: tuple[str | Column, ...]
    rows: tuple[tuple[Value, ...], ...]
    otherwise: Value
    more: Link | None = None
    note: Value = ""
    level: int = 2
    anchor: str = ""
    template: ClassVar[str] = "table"

    def __post_init__(self) -> None:
        if any(len(row) != len(self.columns) for row in self.rows):
            raise ValueError(f"a row of the table {self.title!r} has not {len(self.columns)} cells")

    @property
    def heads(self) -> tuple[Column, ...]:
        """The columns, each with its kind."""
        return tuple(Column(column) if isinstance(column, str) else column for column in self.columns)


@dataclass(frozen=True, slots=True)
class Facts:
    """Names and values of one thing."""

    title: str
    pairs: tuple[tuple[str, Value], ...]
    template: ClassVar[str] = "facts"


@dataclass(frozen=True, slots=True)
class Figure:
    """A number that matters, what it counts, and where the rest stands on the page (``#waiting``) or elsewhere."""

    count: int
    label: str
    target: str
    badge: Badge


@dataclass(frozen=True, slots=True)
class Figures:
    """The numbers at the top."""

    title: str
    figures: tuple[Figure, ...]
    template: ClassVar[str] = "figures"


@dataclass(frozen=True, slots=True)
class Happening:
    """One line of a timeline."""

    at: Moment | None
    what: Badge
    detail: Value
    by: tuple[Value, ...] = ()
    commit: Id | None = None


@dataclass(frozen=True, slots=True)
class Timeline:
    """What happened, oldest first."""

    title: str
    events: tuple[Happening, ...]
    otherwise: str
    template: ClassVar[str] = "timeline"


@dataclass(frozen=True, slots=True)
class Prose:
    """Paragraphs, or a list, under a heading; ``title`` may be empty."""

    title: Value
    paragraphs: tuple[Value, ...] = ()
    items: tuple[Value, ...] = ()
    level: int = 2
    template: ClassVar[str] = "prose"


@dataclass(frozen=True, slots=True)
class Required:
    """One requirement of a verdict: who counted, and who could give what is missing."""

    badge: Badge
    text: Value
    source: str
    counted: str
    people: tuple[Value, ...] = ()
    missing: Value = ""
    could: tuple[Value, ...] = ()


@dataclass(frozen=True, slots=True)
class Given:
    """One decision that somebody gave. ``why`` are (rule, words) for which it does not count."""

    person: Value
    decision: Badge
    at: Moment
    evidence: str
    head: Id
    weight: Badge
    why: tuple[tuple[str, Value], ...] = ()


@dataclass(frozen=True, slots=True)
class Verdict:
    """The tree of a verdict: what is required, who counted, and what was given and did not count."""

    title: str
    badge: Badge
    headline: str
    required: tuple[Required, ...]
    given: tuple[Given, ...]
    foot: Value = ""
    template: ClassVar[str] = "verdict"

    @property
    def decisions(self) -> Table:
        """All that was given, counted or not."""
        return Table(
            "Every decision that was given",
            ("Person", "Decision", "Counted", "When", "Evidence", "Of"),
            tuple((one.person, one.decision, one.weight, one.at, one.evidence, one.head) for one in self.given),
            "Nobody has approved or rejected it.",
            level=3,
        )

    @property
    def uncounted(self) -> tuple[Given, ...]:
        """What was given and has a reason against it."""
        return tuple(given for given in self.given if given.why)


@dataclass(frozen=True, slots=True)
class Choice:
    """A form that asks for the same page with other values: (name, label, value, allowed ones or none)."""

    title: str
    fields: tuple[tuple[str, str, str, tuple[str, ...]], ...]
    button: str
    kept: Mapping[str, str]
    template: ClassVar[str] = "choice"


Block = Table | Facts | Figures | Timeline | Prose | Verdict | Chart | Choice


@dataclass(frozen=True, slots=True)
class Page:
    """One page. ``crumbs`` lead to it, the overview first; ``section`` is the entry of the menu that it belongs to.

    ``is_long``: it begins with its contents. ``is_dated`` says whether another moment may be asked for.
    """

    title: str
    blocks: tuple[Block, ...] = ()
    section: str = ""
    crumbs: tuple[Link, ...] = ()
    kind: str = ""
    badge: Badge | None = None
    lead: Value = ""
    is_dated: bool = False
    is_long: bool = False

    @property
    def contents(self) -> tuple[tuple[str, Value], ...]:
        """The id of each section and its title."""
        numbered = ((getattr(block, "anchor", "") or f"b{at}", block) for at, block in enumerate(self.blocks, start=1))
        return tuple((id_, block.title) for id_, block in numbered if block.title and getattr(block, "level", 2) == 2)


@dataclass(frozen=True, slots=True)
class Standing:
    """What the page was made from: the commit that the index has, how far it is behind, and the moment shown."""

    commit: str = ""
    lag: int = 0
    as_of: str = ""
    source: str = "Index at"

    @property
    def moment(self) -> Value:
        """The moment for people: an instant, or a revision."""
        return Moment(self.as_of) if "T" in self.as_of else Code(self.as_of)

    @property
    def date(self) -> str:
        """The day, for the form; empty of a revision."""
        return self.as_of[:10] if "T" in self.as_of else ""


@dataclass(frozen=True, slots=True)
class Frame:
    """What is around every page."""

    repository: str
    menu: tuple[Link, ...]
    reader: str = ""
    standing: Standing | None = None
