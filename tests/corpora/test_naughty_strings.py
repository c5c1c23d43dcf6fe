"""The big list of naughty strings: as every text of every kind, and through a whole audit into every format."""

from __future__ import annotations

import json
import unicodedata
import xml.etree.ElementTree as ET
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import jsonschema
import pytest
import xmlschema
from markdown_it import MarkdownIt
from pydantic import BaseModel

from govops.finding import Report
from govops.render import render
from govops.yamlio import load, read
from tests.support.audit import verdict
from tests.support.files import model
from tests.support.parts import corpus, corpus_file
from tests.support.world import World

pytestmark = pytest.mark.threat("E26")

EXAMPLES = sorted((Path(__file__).parents[1] / "examples" / "good").glob("*.yaml"))
EVERY = 13  # of the strings go into each field; another field gets others
Field = tuple[str | int, ...]


@pytest.fixture(scope="module")
def strings() -> list[str]:
    found: list[str] = corpus("blns")
    assert len(found) > 480
    return found


@pytest.mark.parametrize("file", EXAMPLES, ids=lambda file: file.stem)
def test_a_text_is_kept_as_it_is_or_refused_with_a_reason(file: Path, strings: list[str]) -> None:
    """In every field that holds text; what is kept is not one character different."""
    data = file.read_bytes()
    path = data.partition(b"\n")[0].removeprefix(b"# path: ").decode()
    document = read(data).value
    assert document is not None
    for number, field in enumerate(_texts(document)):
        for text in strings[number % EVERY :: EVERY]:
            _kept_or_refused(_with(document, field, text), field, path)


@pytest.mark.parametrize("field", [("spec", "title"), ("spec", "purpose"), ("spec", "out_of_scope_use", 0)])
def test_all_of_them_in_prose(field: Field, strings: list[str]) -> None:
    """Most are nothing but text and are kept; invisible characters, line breaks in a title and the like are not."""
    path, data = model("fraud")
    document = read(data).value
    assert document is not None
    kept = [text for text in strings if _kept_or_refused(_with(document, field, text), field, path)]
    assert len(kept) > 400


@pytest.fixture(scope="module")
def story(tmp_path_factory: pytest.TempPathFactory, strings: list[str]) -> tuple[Report, dict[str, str], list[str]]:
    """A report about models that are named after naughty strings, each landed by a commit that says one too."""
    world = World(tmp_path_factory.mktemp("naughty"))
    titles = {f"m{at}": text for at, text in enumerate(strings) if _accepted(text)}
    names = list(titles)
    for at, start in enumerate(range(0, len(names), 2)):
        edits = [model(name, title=titles[name], purpose=titles[name]) for name in names[start : start + 2]]
        world.push("alice", *edits, message=strings[at] or "-", author=_author(strings[-at]), record=False)
    return verdict(world), titles, names


@pytest.mark.threat("G01")
def test_the_markdown_report_holds_no_markup_of_theirs(story: tuple[Report, dict[str, str], list[str]]) -> None:
    """To an independent parser of Markdown and one of HTML: only our own elements, and one row for each fact."""
    report, titles, _ = story
    parser = MarkdownIt("commonmark").enable("table")
    page = _Page()
    page.feed(parser.render(render(report, "markdown")))
    ours = {
        "h1",
        "h2",
        "h3",
        "p",
        "table",
        "thead",
        "tbody",
        "tr",
        "th",
        "td",
        "ul",
        "li",
        "code",
        "strong",
        "pre",
        "em",
    }
    assert set(page.tags) <= ours | {"h4", "hr"}
    assert page.rows_below["Models"] == len(titles) == sum(item.kind == "Model" for item in report.inventory)
    assert page.rows_below["Approvals ledger"] == len(report.changes)


@pytest.mark.threat("G06", "G07")
@pytest.mark.parametrize("name", ["text", "markdown", "github", "sarif", "junit"])
def test_no_format_lets_them_act(story: tuple[Report, dict[str, str], list[str]], name: str) -> None:
    """Nothing for a terminal to obey, and nothing for a build runner but the annotations that we write."""
    text = render(story[0], name)
    assert _is_visible(text.replace("\n", ""))
    commands = [line for line in text.split("\n") if line.lstrip().startswith(("::", "##["))]
    assert all(line.startswith(("::error ", "::warning ", "::notice ")) for line in commands)
    assert bool(commands) == (name == "github")


def test_the_json_report_gives_them_back_unchanged(story: tuple[Report, dict[str, str], list[str]]) -> None:
    report, titles, _ = story
    data = json.loads(render(report, "json"))
    shown = {item["name"]: item["title"] for item in data["inventory"] if item["kind"] == "Model"}
    assert shown == titles


def test_the_sarif_log_and_the_junit_file_hold_each_finding_once(
    story: tuple[Report, dict[str, str], list[str]],
) -> None:
    """To other parsers than ours, and by their official schemas."""
    report, _, _ = story
    log, schema = json.loads(render(report, "sarif")), corpus("sarif-2.1.0")
    jsonschema.validators.validator_for(schema)(schema).validate(log)
    assert [result["ruleId"] for result in log["runs"][0]["results"]] == [f.rule for f in report.findings]
    text = render(report, "junit")
    xmlschema.XMLSchema(corpus_file("junit.xsd")).validate(text)
    suites = ET.fromstring(text.encode())
    assert [case.attrib["classname"] for case in suites[0]] == [f"govops.{f.rule}" for f in report.findings]


def _kept_or_refused(document: dict[str, Any], field: Field, path: str) -> bool:
    """True if it was kept. JSON is YAML, so the document is written by somebody else than our writer."""
    loaded = load(json.dumps(document, ensure_ascii=False).encode("utf-8", "surrogatepass"), path=path)
    if loaded.resource is None:
        assert loaded.findings
        assert all(len(finding.message) <= 500 and _is_visible(finding.message) for finding in loaded.findings)
        return False
    assert isinstance(loaded.resource, BaseModel)
    assert _at(loaded.resource.model_dump(mode="json", by_alias=True), field) == _at(document, field)
    return True


def _is_visible(text: str) -> bool:
    """Free of control, format and surrogate characters and of line breaks."""
    return not {unicodedata.category(character) for character in text} & {"Cc", "Cf", "Cs", "Zl", "Zp"}


def _accepted(text: str) -> bool:
    path, data = model("fraud")
    document = read(data).value
    assert document is not None
    changed = _with(_with(document, ("spec", "title"), text), ("spec", "purpose"), text)
    return _kept_or_refused(changed, ("spec", "title"), path)


def _author(text: str) -> str:
    """A name that git can hold; the address is nobody's."""
    name = "".join(character for character in text if character.isprintable() and character not in "<>").strip()
    return f"{name or 'x'} <nobody@example.org>"


def _texts(value: Any, field: Field = ()) -> Iterator[Field]:
    """The fields that hold text, but for the two that say what the document is."""
    if isinstance(value, str):
        yield field
    elif isinstance(value, dict | list):
        for key, inner in value.items() if isinstance(value, dict) else enumerate(value):
            if field or key not in {"apiVersion", "kind"}:
                yield from _texts(inner, (*field, key))


def _with(document: dict[str, Any], field: Field, text: str) -> dict[str, Any]:
    copy: dict[str, Any] = json.loads(json.dumps(document))
    _at(copy, field[:-1])[field[-1]] = text
    return copy


def _at(value: Any, field: Field) -> Any:
    for part in field:
        value = value[part]
    return value


class _Page(HTMLParser):
    """Which elements a page has, and how many rows stand in the bodies of tables below each heading."""

    def __init__(self) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.rows_below: dict[str, int] = {}
        self._heading, self._in_heading, self._in_body = "", False, False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self._in_heading = tag in {"h1", "h2", "h3", "h4"}
        if self._in_heading:
            self._heading = ""
        self._in_body = tag == "tbody" or self._in_body
        if tag == "tr" and self._in_body:
            self.rows_below[self._heading] = self.rows_below.get(self._heading, 0) + 1

    def handle_endtag(self, tag: str) -> None:
        self._in_heading = self._in_heading and tag not in {"h1", "h2", "h3", "h4"}
        self._in_body = self._in_body and tag != "tbody"

    def handle_data(self, data: str) -> None:
        if self._in_heading:
            self._heading += data
