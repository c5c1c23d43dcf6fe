"""Service levels drawn as one SVG: how each promise went day by day, and how much of its budget is used.

Black on white, told apart by shape and pattern and never by colour; every drawing says in words what it shows. The same
report gives the same bytes: coordinates are exact numbers cut to a tenth.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from itertools import groupby

from govops.render.junit import escaped
from govops.render.service.trends import trend_words
from govops.render.service.wording import measured, percent_up, promise, words
from govops.render.untrusted import one_line
from govops.service import AgreementStanding, Budget, Day, Judged, ServiceReport, Trend, shown

_WIDTH, _MARGIN, _LINE = 720, 20, 18
_LEFT, _RIGHT, _HEIGHT = 90, 690, 90  # of the plot: where it begins and ends, and how high it is
_MARKED_DAYS = 93  # with more, days that kept the promise have no marker of their own
_LONGEST_TEXT = 96  # characters that fit into the width
_STYLE = (
    "text{font:12px sans-serif;fill:#000}.h{font-weight:bold;font-size:14px}.s{font-size:10px}"
    ".p{fill:none;stroke:#000;stroke-width:1.5}.t{stroke:#000;stroke-dasharray:6 4}.a{stroke:#777}"
    ".k{fill:#fff;stroke:#000}.m{fill:#000}.b{fill:#fff;stroke:#000}.u{fill:url(#govops-used);stroke:#000}"
)
_HATCHED = (
    '<defs><pattern id="govops-used" width="6" height="6" patternUnits="userSpaceOnUse">'
    '<rect width="6" height="6" fill="#fff"/><path d="M0 6L6 0" stroke="#000" stroke-width="1.5"/></pattern></defs>'
)
_LEGEND = "circle: kept · square: missed · cross: no data · dashes: promise · hatched: budget used"


def stream(report: ServiceReport) -> Iterator[str]:
    """The drawing, in pieces of one agreement; without any it says so."""
    bodies = [_Panel(agreement) for agreement in report.agreements]
    height = 3 * _LINE + sum(body.height for body in bodies) + 2 * _LINE
    title = f"Service levels of {report.repository} as of {report.as_of or 'no instant'}"
    told = _xml(title)
    yield f'<svg xmlns="http://www.w3.org/2000/svg" width="{_WIDTH}" height="{height}" viewBox="0 0 {_WIDTH} {height}"'
    yield f' role="img" aria-label="{told}">\n<title>{told}</title>\n<style>{_STYLE}</style>\n{_HATCHED}\n'
    yield f'<rect width="{_WIDTH}" height="{height}" fill="#fff"/>\n{_text(_MARGIN, 2 * _LINE, title, "h")}'
    top = 3 * _LINE
    for body in bodies:
        yield f'<g transform="translate(0 {top})">\n{"".join(body.drawn())}</g>\n'
        top += body.height
    yield _text(_MARGIN, top + _LINE, _LEGEND if bodies else "There are no agreements.", "s")
    yield "</svg>\n"


@dataclass(frozen=True, slots=True)
class _Panel:
    """One agreement: a heading, a bar for each budget of its last window, and a plot for each objective."""

    agreement: AgreementStanding

    @property
    def budgets(self) -> list[tuple[Judged, Budget]]:
        periods = self.agreement.periods[-1:]
        judged = [one for period in periods for part in period.parts for one in part.judged]
        return [(one, one.budget) for one in judged if one.budget is not None]

    @property
    def height(self) -> int:
        plots = len(self.agreement.trends) * (_HEIGHT + 3 * _LINE)
        return 2 * _LINE + len(self.budgets) * 2 * _LINE + plots + _LINE

    def drawn(self) -> Iterator[str]:
        agreement = self.agreement
        about = f"{agreement.name}: {words(agreement.standing)} ({agreement.resource}, {agreement.window})"
        yield _text(_MARGIN, _LINE, about, "h")
        if agreement.problem:
            yield _text(_MARGIN, 2 * _LINE, agreement.problem)
        top = 2 * _LINE
        for judged, budget in self.budgets:
            yield from _bar(judged, budget, top)
            top += 2 * _LINE
        for trend in agreement.trends:
            yield from _Plot(trend, top).drawn()
            top += _HEIGHT + 3 * _LINE


def _bar(judged: Judged, budget: Budget, top: int) -> Iterator[str]:
    """The share of the budget that is used; what is over it is told by the words alone."""
    share = budget.used
    used = "all of it used: nothing was allowed" if share is None else f"{percent_up(share)} of the error budget used"
    told = f"{promise(judged.metric, judged.target)}: {measured(judged) or 'no data'}, {words(judged.standing)}, {used}"
    width = Fraction(1) if share is None else max(Fraction(0), min(Fraction(1), share))
    yield f'<g role="img" aria-label="{_xml(told)}"><title>{_xml(told)}</title>\n'
    yield f'<rect class="b" x="{_MARGIN}" y="{top + 5}" width="670" height="8"/>'
    yield f'<rect class="u" x="{_MARGIN}" y="{top + 5}" width="{_tenths(width * 670)}" height="8"/>\n'
    yield f"{_text(_MARGIN, top + 5 + _LINE + 4, told, 's')}</g>\n"


@dataclass(frozen=True, slots=True)
class _Plot:
    """One objective, day by day, between the least and the largest of its values and the target."""

    trend: Trend
    top: int

    def drawn(self) -> Iterator[str]:
        trend = self.trend
        told = f"{promise(trend.metric, trend.target)}, {trend_words(trend)}"
        yield f'<g role="img" aria-label="{_xml(told)}"><title>{_xml(told)}</title>\n'
        yield _text(_MARGIN, self.top + _LINE, told, "s")
        low, high = self._bounds
        for value in dict.fromkeys((high, low)):
            yield _text(_MARGIN, self._y(value) + 4, shown(trend.metric, value, trend.target), "s")
        target = _tenths(self._y(trend.target))
        yield f'<path class="t" d="M{_LEFT} {target}H{_RIGHT}"/>\n'
        for has_data, days in groupby(enumerate(trend.days), key=lambda item: item[1].value is not None):
            if has_data:
                yield f'<path class="p" d="M{"L".join(self._point(*item) for item in days)}"/>\n'
        yield "".join(self._marker(number, day) for number, day in enumerate(trend.days))
        bottom = self.top + _HEIGHT + 2 * _LINE
        if trend.days:
            yield _text(_LEFT, bottom, trend.days[0].span.start[:10], "s")
            yield _text(_RIGHT, bottom, trend.days[-1].span.start[:10], "s", ending=True)
        yield "</g>\n"

    @property
    def _bounds(self) -> tuple[Fraction, Fraction]:
        values = [self.trend.target, *(day.value for day in self.trend.days if day.value is not None)]
        return min(values), max(values)

    def _x(self, number: int) -> Fraction:
        return _LEFT + Fraction(number * (_RIGHT - _LEFT), max(1, len(self.trend.days) - 1))

    def _y(self, value: Fraction) -> Fraction:
        low, high = self._bounds
        share = (value - low) / (high - low) if high > low else Fraction(1, 2)
        return self.top + _LINE + 10 + (1 - share) * (_HEIGHT - 10)

    def _point(self, number: int, day: Day) -> str:
        return f"{_tenths(self._x(number))} {_tenths(self._y(day.value or Fraction(0)))}"

    def _marker(self, number: int, day: Day) -> str:
        x = self._x(number)
        if day.value is None:
            left, top = _tenths(x - 3), _tenths(Fraction(self.top + _LINE + _HEIGHT - 3))
            return f'<path class="a" d="M{left} {top}l6 6m0-6l-6 6"/>\n'
        y = self._y(day.value)
        if day.is_kept is False:
            return f'<rect class="m" x="{_tenths(x - 3)}" y="{_tenths(y - 3)}" width="6" height="6"/>\n'
        marked = len(self.trend.days) <= _MARKED_DAYS
        return f'<circle class="k" cx="{_tenths(x)}" cy="{_tenths(y)}" r="2.5"/>\n' if marked else ""


def _text(x: int, y: int | Fraction, text: str, kind: str = "", *, ending: bool = False) -> str:
    anchor = ' text-anchor="end"' if ending else ""
    style = f' class="{kind}"' if kind else ""
    return f'<text x="{x}" y="{_tenths(Fraction(y))}"{style}{anchor}>{_xml(text)}</text>\n'


def _xml(text: str) -> str:
    return escaped(one_line(text, _LONGEST_TEXT))


def _tenths(number: Fraction) -> str:
    """Cut to a tenth, towards zero from above and below alike."""
    tenths = abs(number.numerator) * 10 // number.denominator
    whole, rest = divmod(tenths, 10)
    sign = "-" if number < 0 and tenths else ""
    return f"{sign}{whole}.{rest}" if rest else f"{sign}{whole}"
