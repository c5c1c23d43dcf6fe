"""A page as a parser of HTML reads it: elements, texts, and what a reader without eyes needs of them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from html.parser import HTMLParser
from itertools import pairwise

_VOID = frozenset({"br", "hr", "img", "input", "link", "meta"})
_SHAPES = frozenset({"path"})


@dataclass(slots=True)
class Element:
    """One element: what it is, and what is in it, in order."""

    tag: str
    attributes: dict[str, str]
    inside: list[Element | str] = field(default_factory=list)

    @property
    def text(self) -> str:
        """All text in it."""
        return "".join(part if isinstance(part, str) else part.text for part in self.inside)

    def all(self, *tags: str) -> Iterator[Element]:
        """Every element below with one of these names, in order."""
        for part in self.inside:
            if isinstance(part, Element):
                if part.tag in tags or not tags:
                    yield part
                yield from part.all(*tags)


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.top = Element("", {})
        self._open = [self.top]

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        names = [name for name, _ in attrs]
        assert len(names) == len(set(names)), f"{tag} has an attribute twice"
        element = Element(tag, {name: value or "" for name, value in attrs})
        self._open[-1].inside.append(element)
        if tag not in _VOID:
            self._open.append(element)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        assert tag in _SHAPES, f"{tag} cannot close itself"
        self._open[-1].inside.append(Element(tag, {name: value or "" for name, value in attrs}))

    def handle_endtag(self, tag: str) -> None:
        opened = self._open.pop().tag
        assert tag == opened, f"{opened} was opened and {tag} was closed"

    def handle_data(self, data: str) -> None:
        self._open[-1].inside.append(data)

    def handle_comment(self, data: str) -> None:
        raise AssertionError(f"a comment: {data}")

    def finish(self) -> Element:
        self.close()
        assert self._open == [self.top], f"{self._open[-1].tag} was never closed"
        return self.top


def read(html: str) -> Element:
    """The whole document; what is not closed in order is an error."""
    reader = _Reader()
    reader.feed(html)
    return reader.finish()


def complaints(page: Element) -> Iterator[str]:
    """What would make the page hard to read without eyes or without a mouse."""
    titles = list(page.all("h1", "h2", "h3", "h4"))
    if [title.tag for title in titles].count("h1") != 1:
        yield "not one h1"
    levels = [int(title.tag[1]) for title in titles]
    yield from (f"h{low} is followed by h{high}" for low, high in pairwise(levels) if high > low + 1)
    yield from (f"an empty {title.tag}" for title in titles if not title.text.strip())
    ids = [element.attributes["id"] for element in page.all() if "id" in element.attributes]
    yield from (f"the id {one} stands twice" for one in set(ids) if ids.count(one) > 1)
    yield from (f"{what} refers to {name}" for what, name in _references(page) if name not in ids)
    yield from _unlabelled(page)
    for landmark in ("header", "main", "footer"):
        if len(list(page.all(landmark))) != 1:
            yield f"not one {landmark}"
    for table in page.all("table"):
        if not [caption for caption in table.all("caption") if caption.text.strip()]:
            yield "a table without a caption"
        yield from ("a th without a scope" for head in table.all("th") if head.attributes.get("scope") not in _SCOPES)
    yield from ("a link without words" for link in page.all("a") if not link.text.strip())
    yield from ("a time without datetime" for time in page.all("time") if not time.attributes.get("datetime"))


_SCOPES = ("col", "row")


def _references(page: Element) -> Iterator[tuple[str, str]]:
    for element in page.all():
        for name in ("aria-labelledby", "for"):
            if name in element.attributes:
                yield name, element.attributes[name]
        if element.tag == "a" and element.attributes["href"].startswith("#"):
            yield "a link", element.attributes["href"][1:]


def _unlabelled(page: Element) -> Iterator[str]:
    labelled = {label.attributes["for"] for label in page.all("label")}
    for control in page.all("input", "select"):
        if control.attributes.get("type") != "hidden" and control.attributes.get("id") not in labelled:
            yield f"{control.tag} {control.attributes.get('name')} has no label"
    navigations = [element.attributes.get("aria-label") for element in page.all("nav")]
    if None in navigations or len(navigations) != len(set(navigations)):
        yield "two navs with one name"
