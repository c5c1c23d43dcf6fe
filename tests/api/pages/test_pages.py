"""What every page is: readable without eyes, without a script, without anybody else's host, and only for the known."""

from __future__ import annotations

import base64
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import fields, is_dataclass, replace
from importlib.resources import files
from pathlib import Path
from typing import Any
from urllib.parse import urljoin

import click
import pytest
from flask import Flask
from flask.testing import FlaskClient
from jinja2 import UndefinedError
from markupsafe import Markup

from govops.api import pages
from govops.api.pages.asking import Asked
from govops.api.pages.blueprint import Route, pages_blueprint
from govops.api.pages.rendering import environment, rendered
from govops.api.pages.values import Badge, Block, Code, Id, Link, Moment, Strong, Value, html, phrase
from govops.api.pages.views import Frame, Page
from govops.app.governance import BusyError
from govops.app.governance.refusals import LimitedError
from govops.cli import cli
from govops.errors import GovopsError
from govops.render.untrusted import one_line
from tests.api.pages import sample
from tests.api.pages.conftest import DOORS, TOKEN
from tests.api.pages.reading import complaints, read
from tests.render import naughty

FIRST = "/governance/"
PATHS = [
    FIRST,
    "/governance/models",
    "/governance/models/fraud-screen/versions/2.1.0",
    "/governance/proposals/6f1e22b09c3d4a57",
    "/governance/changes/8dc29fc58c",
    "/governance/slas/claims-triage-response",
    "/governance/people?as_of=2025-03-01",
    "/governance/audit-log",
    "/governance/report",
    "/governance/use-cases",
]
_STRUCTURE = frozenset({"page", "tone", "anchor", "target", "section", "level", "template", "columns"})


@pytest.mark.parametrize("path", PATHS)
def test_a_page_can_be_read_without_eyes(client: FlaskClient, path: str) -> None:
    """Headings in order, landmarks, labels, captions, scopes, and every reference leads somewhere."""
    assert list(complaints(read(client.get(path).text))) == []


def test_what_is_hard_to_read_is_noticed() -> None:
    """The check above can fail."""
    bad = "<main><h1>a</h1><h3></h3><table><tr><th>x</th></tr></table><a href='#nowhere'></a><input name=q></main>"
    assert set(complaints(read(bad))) == {
        "h1 is followed by h3",
        "an empty h3",
        "a link refers to nowhere",
        "input q has no label",
        "not one header",
        "not one footer",
        "a table without a caption",
        "a th without a scope",
        "a link without words",
    }


@pytest.mark.parametrize("path", PATHS)
def test_a_page_needs_nobody_else_and_no_script(client: FlaskClient, path: str) -> None:
    """Its one further request is for the stylesheet beside it; nothing runs, nothing is styled in place."""
    page = read(client.get(path).text)
    loaded = [e.attributes["href"] for e in page.all("link")] + [e.attributes["src"] for e in page.all("img")]
    assert [re.sub(r"\?.*", "", one) for one in loaded] == ["data:,", "/governance/govops.css"]
    assert list(page.all("script", "style", "iframe", "object")) == []
    assert [e for e in page.all() if {n for n in e.attributes if n == "style" or n.startswith("on")}] == []


def test_every_link_leads_to_a_page(client: FlaskClient) -> None:
    """From the overview on, each address that a page offers is there, and stays at the moment that is looked at."""
    seen, ahead = {f"{FIRST}?as_of=2025-03-01"}, [f"{FIRST}?as_of=2025-03-01"]
    while ahead:
        at = ahead.pop()
        answer = client.get(at)
        assert answer.status_code == 200, at
        for link in read(answer.text).all("a"):
            href = link.attributes["href"]
            target = urljoin(at, href).partition("#")[0]
            assert href.startswith(("#", "?")) or "as_of=2025-03-01" in target
            if target not in seen and not href.startswith("?"):
                seen.add(target)
                ahead.append(target)
    assert len(seen) > 20


def test_every_answer_says_what_a_browser_may_do_with_it(client: FlaskClient, application: Flask) -> None:
    """Pages, refusals and the stylesheet alike."""
    stranger = application.test_client()
    answers = [client.get(FIRST), client.get("/governance/nowhere"), stranger.get(FIRST), client.post(FIRST)]
    for answer in [*answers, client.get("/governance/govops.css")]:
        policy = answer.headers["Content-Security-Policy"].split("; ")
        assert "default-src 'none'" in policy
        assert {"frame-ancestors 'none'", "base-uri 'none'", "form-action 'self'", "style-src 'self'"} <= set(policy)
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
        assert answer.headers["Referrer-Policy"] == "no-referrer"
    assert {answer.headers["Cache-Control"] for answer in answers} == {"no-store"}
    assert all("Set-Cookie" not in answer.headers for answer in answers)


def test_a_stranger_sees_nothing(application: Flask) -> None:
    """Not a page, not whether there is one, not the name of the repository; browsers are told to ask for a password."""
    stranger = application.test_client()
    for path in [*PATHS, "/governance/nowhere"]:
        answer = stranger.get(path)
        assert answer.status_code == 401
        assert answer.headers["WWW-Authenticate"] == 'Basic realm="govops", charset="UTF-8"'
        assert "north-quay" not in answer.text
        assert list(read(answer.text).all("nav")) == []


@pytest.mark.parametrize(
    ("header", "status"),
    [
        (f"Bearer {TOKEN}", 200),
        ("Basic " + base64.b64encode(f"anybody:{TOKEN}".encode()).decode(), 200),
        ("basic " + base64.b64encode(f":{TOKEN}".encode()).decode(), 200),
        ("Basic " + base64.b64encode(f"{TOKEN}:".encode()).decode(), 401),
        ("Basic " + base64.b64encode(b"\xff\xfe:\xff").decode(), 401),
        ("Basic !!!", 401),
        ("Basic", 401),
        ("Bearer nobody", 401),
        ("Basic " + "A" * 20_000, 401),
    ],
)
def test_a_token_may_be_the_password(application: Flask, header: str, status: int) -> None:
    """A browser can send it without a script and without a cookie."""
    assert application.test_client().get(FIRST, headers={"Authorization": header}).status_code == status


@pytest.mark.threat("I10")
@pytest.mark.parametrize("method", ["POST", "PUT", "PATCH", "DELETE"])
def test_pages_change_nothing(client: FlaskClient, method: str) -> None:
    """A form on another site can send what it likes: there is nothing to send it to, and no cookie to ride on."""
    for path in PATHS:
        answer = client.open(path, method=method, data={"a": "b"}, headers={"Origin": "https://elsewhere.example"})
        assert answer.status_code == 405
        assert answer.headers["Allow"] == "GET, HEAD"
        assert "Access-Control-Allow-Origin" not in answer.headers


@pytest.mark.threat("I11")
def test_no_header_makes_another_method_or_origin_of_a_request(client: FlaskClient) -> None:
    """A method cannot be overridden, and no other origin is let in."""
    answer = client.get(FIRST, headers={"X-HTTP-Method-Override": "DELETE", "Origin": "https://elsewhere.example"})
    assert answer.status_code == 200
    assert not [name for name, _ in answer.headers if name.startswith("Access-Control")]


@pytest.mark.parametrize(("kind", "status"), [(BusyError, 503), (LimitedError, 429)])
def test_who_asks_too_much_is_turned_away(kind: type[BusyError], status: int) -> None:
    """The doors decide before anything is read; the page says when to come again."""

    @contextmanager
    def full(who: str) -> Iterator[None]:
        if who:
            raise kind("too much is asked", retry_after=7)
        yield

    pages = pages_blueprint(sample.routes(), repository=lambda: "x", doors=replace(DOORS, admit=full))
    app = Flask("full")
    app.register_blueprint(pages, url_prefix="/g")
    answer = app.test_client().get("/g/", headers={"Authorization": f"Bearer {TOKEN}"})
    assert (answer.status_code, answer.headers["Retry-After"]) == (status, "7")


def test_head_is_get_without_a_body(client: FlaskClient) -> None:
    """As every tool expects."""
    assert (client.head(FIRST).status_code, client.head(FIRST).data) == (200, b"")


@pytest.mark.threat("I13")
def test_what_goes_wrong_tells_nothing_of_the_machine(client: FlaskClient) -> None:
    """A refusal has its words; a fault has none but that there was one."""
    missing = client.get("/governance/a/page/of<b>nobody")
    assert missing.status_code == 404
    assert "There is no page 'a/page/of<b>nobody'." in read(missing.text).text
    assert list(read(missing.text).all("b")) == []
    routes = (Route("/", "overview", _broken), Route("/models", "models", _failing))
    app = Flask("faulty")
    app.register_blueprint(pages_blueprint(routes, repository=lambda: "x", doors=DOORS), url_prefix="/g")
    for path in ("/g/", "/g/models"):
        answer = app.test_client().get(path, headers={"Authorization": f"Bearer {TOKEN}"})
        assert answer.status_code == 500
        assert "/srv" not in answer.text
        assert "Traceback" not in answer.text


@pytest.mark.threat("G01", "G03")
@pytest.mark.parametrize("text", naughty.STRINGS)
def test_text_stays_text(application: Flask, text: str) -> None:
    """Whatever a field holds, the page has the same elements, and shows the text as every report does."""
    frame = Frame("repository", (), "reader", None)
    for page in (sample.overview(), sample.version_page(), sample.proposal(), sample.agreement(), sample.audit_log()):
        with application.test_request_context(FIRST):
            plain, filled = (read(rendered(_filled(page, with_), frame)) for with_ in ("x", text))
        assert [e.tag for e in filled.all()] == [e.tag for e in plain.all()] or not text.strip()
        assert [sorted(e.attributes) for e in filled.all()] == [sorted(e.attributes) for e in plain.all()]
        assert one_line(text).strip() in filled.text


@pytest.mark.threat("G06")
def test_what_cannot_be_seen_is_spelled_out() -> None:
    """A name that reads backwards, or holds a control character, shows it."""
    for value in (Code("a\u202eb\x1b[0m"), Strong("a\u202eb\x1b[0m"), "a\u202eb\x1b[0m"):
        assert r"a\u{202e}b\u{1b}[0m" in html(value)


@pytest.mark.threat("G02")
def test_everything_is_escaped_whatever_a_template_is_called(application: Flask) -> None:
    """Not by the ending of a name: all that this environment makes is HTML."""
    env = environment()
    names = env.list_templates()
    assert len(names) >= 9
    for name in [*names, "report.txt", "report.md.j2"]:
        template = env.from_string("{{ text }}")
        template.name = name
        assert template.render(text="<b>") == "&lt;b&gt;"
    assert all(env.compile(env.loader.get_source(env, name)[0], name) for name in names if env.loader)


@pytest.mark.threat("G03")
def test_no_template_lets_anything_through_unescaped() -> None:
    """None of them calls a value safe or turns escaping off."""
    folder = files("govops.api.pages") / "templates"
    for template in [*folder.iterdir(), *(folder / "blocks").iterdir()]:
        if template.is_file():
            text = template.read_text(encoding="utf-8")
            assert not re.search(r"\|\s*safe|autoescape|Markup", text), template.name


def test_nobody_can_hand_in_markup(application: Flask) -> None:
    """Not even what calls itself so."""
    said = Markup("<b>x</b>")
    for value in (
        said,
        Code(said),
        Strong(said),
        Block(said),
        Link("overview", said),
        Badge(said),
        Id(said),
        Moment(said),
    ):
        with application.test_request_context(FIRST):
            assert [e.tag for e in read(str(html(value))).all("b")] == []
    assert environment().from_string("{{ text }}").render(text=Markup("<b>x</b>")) == "&lt;b&gt;x&lt;/b&gt;"


@pytest.mark.threat("G05")
def test_a_hole_is_an_error_and_never_an_empty_place() -> None:
    """A name that nobody gave, and None, which would read like an answer."""
    with pytest.raises(UndefinedError, match="nobody"):
        environment().from_string("approved by: {{ nobody }}").render()
    with pytest.raises(TypeError, match="None"):
        html(None)


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (Moment("2025-11-25T14:02:11Z"), "25 Nov 2025, 14:02"),
        (Moment("2025-11-25T14:02:11+02:00"), "25 Nov 2025, 12:02"),
        (Moment("", "claimed"), "time unknown (claimed)"),
        (Moment("last spring"), "last spring"),
        (Moment("2025-11-25"), "25 Nov 2025, 00:00"),
        (Moment("0001-01-01T00:00:00+14:00"), "0001-01-01T00:00:00+14:00"),
        (Badge("deployed_production", "good"), "✓ deployed production"),
        (Id("0123456789abcdef"), "0123456789"),
        (Id(""), "–"),
        (phrase("by ", Code("x"), 3), "by x3"),
    ],
)
def test_values_read_as_people_write_them(value: Value, expected: str) -> None:
    """Times in UTC, statuses as words with a mark, ids cut short."""
    assert read(str(html(value))).text == expected


def test_a_status_has_a_word_a_mark_and_a_colour() -> None:
    """Never colour alone; the mark is not read aloud, the word says it."""
    shown = read(str(html(Badge("violated", "bad"))))
    (badge, mark) = shown.all("span")
    assert (badge.attributes["class"], badge.text, mark.attributes["aria-hidden"]) == (
        "badge bad",
        "✕ violated",
        "true",
    )


def test_the_proposal_says_who_must_still_approve_and_why_somebody_did_not_count(client: FlaskClient) -> None:
    """In words, each person a link, each reason with its rule."""
    page = read(client.get("/governance/proposals/6f1e22b09c3d4a57").text)
    told = " ".join(page.text.split())
    assert "Not allowed yet: 1 more approval needed" in told
    assert "Counted: 1 of 2: amara-diallo" in told
    assert "Still needs 1 of: henrik-dahl or maya-okonkwo" in told
    assert "does not count bob-miller: approve, 25 Nov 2025, 14:40 bob-miller is the co-author of commit" in told
    assert "approver-is-contributor" in told
    assert "bob-miller does not hold approver in the rules in force" in told


def test_an_application_may_hold_the_pages_twice() -> None:
    """Two repositories below two prefixes, each with links to its own."""
    app = Flask("twice")
    for name in ("first", "second"):
        pages = pages_blueprint(sample.routes(), repository=lambda: "x", doors=DOORS, name=name)
        app.register_blueprint(pages, url_prefix=f"/{name}")
    answer = app.test_client().get("/second/", headers={"Authorization": f"Bearer {TOKEN}"})
    links = {link.attributes["href"] for link in read(answer.text).all("a")}
    assert all(href.startswith(("/second/", "#")) for href in links)


def _broken(asked: Asked) -> tuple[Page, None]:
    raise GovopsError("there is no file '/srv/governance.git/objects'", hint="ask whoever keeps /srv")


def _failing(asked: Asked) -> tuple[Page, None]:
    raise OSError(f"/srv/governance.git for {asked.actor.name}")


def _filled(page: Page, text: str) -> Page:
    """The same page with ``text`` wherever somebody else's words stand."""
    filled: Page = _changed(page, text)
    return filled


def _changed(thing: Any, text: str) -> Any:
    if isinstance(thing, str):
        return text if thing else thing
    if isinstance(thing, tuple):
        return tuple(_changed(item, text) for item in thing)
    if isinstance(thing, Link):
        return replace(thing, text=text)
    if is_dataclass(thing) and not isinstance(thing, type):
        names = [field.name for field in fields(thing) if field.name not in _STRUCTURE]
        return replace(thing, **{name: _changed(getattr(thing, name), text) for name in names})
    return thing


def test_pages_name_commands_that_there_are() -> None:
    """What an empty page says to do can be done."""
    code = "".join(path.read_text(encoding="utf-8") for path in Path(pages.__file__).parent.glob("*.py"))
    named = {tuple(words.split()) for words in re.findall(r'Code\("govops ([a-z ]+)"\)', code)}
    assert len(named) > 1
    for words in named:
        command: click.Command | None = cli
        for word in words:
            assert isinstance(command, click.Group), words
            command = command.get_command(click.Context(command), word)
        assert command is not None, words
