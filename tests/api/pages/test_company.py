"""The pages over a real repository: what happened in the morning is what they show, to those who may see it."""

from __future__ import annotations

import base64
import shutil
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from urllib.parse import urljoin

import pytest
from flask import Flask
from flask.testing import FlaskClient

from govops.api.application import Serving, application
from govops.api.config import ServeOptions
from govops.api.pages import register_governance_pages
from govops.app.access import logged
from govops.app.audit import audit
from govops.app.governance import Site
from govops.errors import UsageError
from govops.index.durable import store
from govops.index.engines import forget
from govops.workspace import Opened
from govops.workspace.keep.shelf import SECRET
from tests.api.pages.conftest import TOKEN, served
from tests.api.pages.reading import Element, complaints, read
from tests.api.pages.served import Morning, morning
from tests.support.chromium import Chromium
from tests.support.git import git
from tests.support.postgres import Postgresql

FIRST = "/governance/"


@pytest.fixture(scope="module")
def company(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Morning]:
    """Once for all tests here, none of which changes anything."""
    with pytest.MonkeyPatch.context() as environment:
        environment.setenv(SECRET, "a secret of the tests, of no worth")
        made = morning(tmp_path_factory.mktemp("company"))
        yield made
        forget(store.database(made.site.store))


@pytest.fixture(scope="module")
def app(company: Morning) -> Flask:
    """A server with the pages and nothing else."""
    app = Flask("server")
    register_governance_pages(app, site=company.site, doors=company.doors())
    return app


def signed_in(app: Flask, company: Morning, person: str) -> FlaskClient:
    """A browser with a token of somebody as its password."""
    client = app.test_client()
    password = base64.b64encode(f"{person}:{company.token(person)}".encode()).decode()
    client.environ_base["HTTP_AUTHORIZATION"] = f"Basic {password}"
    return client


@pytest.fixture(scope="module")
def auditor(app: Flask, company: Morning) -> FlaskClient:
    """Claire, who may read everything."""
    return signed_in(app, company, "claire-fontaine")


def words(client: FlaskClient, path: str) -> str:
    """What a page says, without its markup."""
    answer = client.get(path)
    assert answer.status_code == 200, answer.text
    return " ".join(read(answer.text).text.split())


def section(client: FlaskClient, path: str, title: str) -> str:
    """What one section of a page says."""
    for found in read(client.get(path).text).all("section"):
        if any(one.text == title for one in found.all("h2", "h3")):
            return " ".join(found.text.split())
    raise AssertionError(f"{path} has no section {title}")


def test_every_link_of_every_page_leads_to_a_page_that_can_be_read(auditor: FlaskClient, company: Morning) -> None:
    """Now, and as of a change; each is whole HTML with headings in order, labels and captions."""
    for start in (FIRST, f"{FIRST}?as_of={company.landed.commit}"):
        seen, ahead = {start}, [start]
        while ahead:
            at = ahead.pop()
            answer = auditor.get(at)
            assert answer.status_code == 200, at
            page = read(answer.text)
            assert list(complaints(page)) == [], at
            for target in _targets(at, page) - seen:
                seen.add(target)
                ahead.append(target)
        assert len(seen) > 60


def _targets(at: str, page: Element) -> set[str]:
    hrefs = (link.attributes["href"] for link in page.all("a"))
    return {urljoin(at, href).partition("#")[0] for href in hrefs if not href.startswith("?")}


def test_what_waits_names_who_must_still_approve_and_why_sofia_does_not_count(
    auditor: FlaskClient, company: Morning
) -> None:
    """She approved while she was an approver; the role was taken from her before it landed."""
    told = words(auditor, f"/governance/proposals/{company.waits}")
    assert "Not allowed yet: 2 more approvals needed" in told
    assert "Counted: 0 of 2" in told
    assert "Given, and why it does not count ✕ does not count sofia-lindqvist: approve" in told
    assert "approver-lacks-role" in told
    assert "policies/approvals/policies.yaml" in told
    waiting = section(auditor, FIRST, "What waits for whom")
    assert "Loosen stagingdaniel-osei" in waiting
    assert "sofia" not in waiting
    assert "ines-carvalho" in waiting


def test_a_proposal_is_shown_as_it_stands_now_whatever_moment_is_looked_at(
    auditor: FlaskClient, company: Morning
) -> None:
    """The gate judges it now, so the page does not say that it shows another moment."""
    told = words(auditor, f"/governance/proposals/{company.waits}?as_of={company.landed.commit}")
    assert "Not allowed yet" in told
    assert "not now." not in told


def test_what_was_turned_down_says_so(auditor: FlaskClient, company: Morning) -> None:
    """With who did it."""
    told = words(auditor, f"/governance/proposals/{company.rejected}")
    assert "It was rejected." in told
    assert "amara-diallo: reject" in told
    assert "Say whom to ask" in section(auditor, "/governance/proposals", "Turned down")


def test_a_version_tells_what_it_is_and_who_let_it_in(auditor: FlaskClient, company: Morning) -> None:
    """Its description is text, whatever is written in it."""
    answer = auditor.get("/governance/models/document-reader/versions/9.0.0")
    page = read(answer.text)
    assert "Reads {{7*7}} <b>handwriting</b>" in page.text
    assert list(page.all("b", "i")) == []
    told = " ".join(page.text.split())
    assert "1,048,576 bytes" in told
    assert "✓ register new to registered by jonas-becker" in told
    assert "amara-diallo" in section(auditor, "/governance/models/document-reader/versions/9.0.0", "Who approved it")
    change = f"/governance/changes/{company.landed.commit}"
    assert change in {link.attributes["href"] for link in page.all("a")}
    assert "1 of 1 requirement met" in words(auditor, change)


def test_people_and_roles_stand_as_they_did_on_the_date_that_is_asked_for(
    auditor: FlaskClient, company: Morning
) -> None:
    """Before her role was taken away, Sofia was an approver; the page says which moment it shows."""
    now = section(auditor, "/governance/people", "Roles")
    then = section(auditor, f"/governance/people?as_of={company.before}", "Roles")
    assert "sofia-lindqvist" not in now
    assert "sofia-lindqvist" in then
    assert f"As of {company.before}, not now." in words(auditor, f"/governance/people?as_of={company.before}")
    taken = section(auditor, "/governance/people/sofia-lindqvist", "What happened to them")
    assert "revoke approver by henrik-dahl" in taken


def test_a_day_means_its_end_and_a_day_before_everything_is_told_apart(auditor: FlaskClient) -> None:
    """The form gives days; what nobody can know is refused in words."""
    today = time.strftime("%Y-%m-%d", time.gmtime(time.time()))  # noqa: TID251 -- the server's clock attested them
    assert "23:59, not now." in words(auditor, f"/governance/people?as_of={today}")
    for as_of in ("2001-01-01", "yesterday", "2026-99-99", "'; drop"):
        answer = auditor.get("/governance/people", query_string={"as_of": as_of})
        assert answer.status_code == 400
        assert list(complaints(read(answer.text))) == []


def test_every_page_tells_which_commit_it_was_made_from(auditor: FlaskClient, company: Morning) -> None:
    """And that the index is as far as the branch."""
    tip = auditor.get("/governance/models").text
    commit = audit(Opened(company.site.repository)).provenance.tip
    assert f'<code title="{commit}">{commit[:10]}</code>, as far as the branch.' in tip


def test_an_agreement_is_measured_as_its_page_is_made(auditor: FlaskClient) -> None:
    """The chart says in words what it draws."""
    told = words(auditor, "/governance/slas/letters-in-time")
    assert "P95 response time at most 200 ms" in told
    assert "900 ms" in told
    (drawing,) = read(auditor.get("/governance/slas/letters-in-time").text).all("svg")
    assert "1 missed" in drawing.attributes["aria-label"]
    assert [one.attributes["class"] for one in drawing.all("path")].count("missed") == 1


def test_the_overview_counts_what_the_audit_counts(auditor: FlaskClient, company: Morning) -> None:
    """What fails, what is open, what runs."""
    report = audit(Opened(company.site.repository))
    assert [finding for finding in report.findings if finding.status.value in ("fail", "error")] == []
    told = words(auditor, FIRST)
    assert "1 open incident ✕ 1 grave" in told
    assert "1 open proposal" in told
    running = sum(item.kind == "Deployment" and item.name.startswith("production/") for item in report.inventory)
    assert f"{running} in production" in told


def test_the_report_is_that_of_the_audit(auditor: FlaskClient, company: Morning) -> None:
    """Made from git, with the same verdict, sums and commits."""
    report = audit(Opened(company.site.repository))
    told = words(auditor, "/governance/report")
    assert "No violations." in told
    assert f"Governed changes: {report.counts.governed} = {report.counts.approved} approved" in told
    assert report.provenance.tip in told
    assert f"git rev-parse '{report.provenance.tip}^{{tree}}'" in told or report.provenance.tree in told
    ledger = section(auditor, "/governance/report", "Approvals ledger")
    assert all(change.id[:10] in ledger for change in report.changes)


@pytest.mark.threat("I19")
def test_log_and_report_are_for_those_who_hold_the_permission_and_every_look_is_logged(
    app: Flask, company: Morning, auditor: FlaskClient
) -> None:
    """An analyst reads the log and not the report; both answers stand in the log."""
    analyst = signed_in(app, company, "jonas-becker")
    assert analyst.get("/governance/audit-log").status_code == 200
    refused = analyst.get("/governance/report")
    assert refused.status_code == 403
    assert "Jonas-becker does not hold compliance:report." in read(refused.text).text
    last = logged(company.site, {"permission": "compliance:report"}, limit=1).items[0]
    assert (last["person"], last["allowed"], len(last["request"])) == ("jonas-becker", False, 16)
    told = section(auditor, "/governance/audit-log?allowed=false&person=jonas-becker", "What was asked of this server")
    assert "denied" in told
    assert "allowed" not in told


def test_who_is_not_active_or_not_known_comes_nowhere(app: Flask, company: Morning) -> None:
    """A token that nobody gave out, one that is spelt wrong, and none at all."""
    for header in ({}, {"Authorization": "Bearer govops_" + "x" * 43}, {"Authorization": "Basic Og=="}):
        for path in (FIRST, "/governance/audit-log", "/governance/report", f"/governance/proposals/{company.waits}"):
            answer = app.test_client().get(path, headers=header)
            assert answer.status_code == 401
            assert "staging" not in answer.text


@pytest.mark.threat("I10")
def test_the_server_has_pages_and_api_and_a_password_opens_the_pages_alone(company: Morning, tmp_path: Path) -> None:
    """A browser sends a password by itself, whoever made it ask; the API, which changes things, never takes one."""
    site = company.site
    options = ServeOptions(repository=str(site.repository), index=site.index, store=site.store)
    app = application(Serving(site, options, tmp_path))
    browser = signed_in(app, company, "claire-fontaine")
    assert browser.get(FIRST).status_code == 200
    refused = browser.get("/api/governance/models")
    assert (refused.status_code, refused.headers["WWW-Authenticate"]) == (401, 'Bearer realm="govops"')
    assert app.test_client().get(FIRST).headers["WWW-Authenticate"].startswith("Basic ")
    assert browser.get(FIRST, headers={"Host": "elsewhere.example"}).status_code == 400


def test_a_proposal_that_cannot_be_judged_does_not_take_the_overview_with_it(company: Morning, tmp_path: Path) -> None:
    """Its commit is gone: it is still shown that it waits, and why it cannot be judged stands in the log alone."""
    broken = tmp_path / "broken.git"
    shutil.copytree(company.site.repository, broken)
    head = git(broken, "rev-parse", f"govops/proposals/{company.waits}").decode().strip()
    (broken / "objects" / head[:2] / head[2:]).unlink()
    site = replace(company.site, repository=broken, index=f"sqlite:///{tmp_path}/index.db")
    app = Flask("broken")
    register_governance_pages(app, site=site, doors=company.doors())
    client = signed_in(app, company, "claire-fontaine")
    waiting = section(client, FIRST, "What waits for whom")
    assert "Loosen staging" in waiting
    assert "could not be judged now" in waiting
    told = words(client, f"/governance/proposals/{company.waits}")
    assert "It could not be judged now; why stands in the log of the server." in told
    assert str(tmp_path) not in told


@pytest.mark.slow
def test_the_pages_are_the_same_with_postgresql(
    company: Morning, auditor: FlaskClient, postgresql: Postgresql, tmp_path: Path
) -> None:
    """Whichever database holds the index."""
    app = Flask("postgresql")
    site = replace(company.site, index=postgresql.new(), environment={"HOME": str(tmp_path)})
    register_governance_pages(app, site=site, doors=company.doors())
    client = signed_in(app, company, "claire-fontaine")
    version = "/governance/models/document-reader/versions/9.0.0"
    change = f"/governance/changes/{company.landed.commit}"
    for path in (
        FIRST,
        "/governance/models",
        version,
        change,
        "/governance/people",
        "/governance/people/sofia-lindqvist",
    ):
        assert client.get(path).text == auditor.get(path).text, path


def test_addresses_are_hidden_where_the_environment_says_so(company: Morning) -> None:
    """As in every other report."""
    app = Flask("discreet")
    site = Site(
        company.site.repository,
        index=company.site.index,
        store=company.site.store,
        environment={"GOVOPS_EMAILS": "hidden"},
    )
    register_governance_pages(app, site=site, doors=company.doors())
    shown = signed_in(app, company, "claire-fontaine").get(f"/governance/changes/{company.before}")
    assert shown.status_code == 200
    assert "brackwater.example.org" not in shown.text


def test_pages_without_an_index_are_refused_at_once(company: Morning) -> None:
    """Not when somebody looks."""
    with pytest.raises(UsageError, match="the pages need an index"):
        register_governance_pages(Flask("x"), site=Site(company.site.repository), doors=company.doors())


def test_without_a_store_there_is_no_audit_log(company: Morning) -> None:
    """Neither in the menu nor as a page."""
    app = Flask("storeless")
    site = Site(company.site.repository, index=company.site.index)
    register_governance_pages(app, site=site, doors=company.doors())
    client = signed_in(app, company, "claire-fontaine")
    assert client.get("/governance/audit-log").status_code == 404
    assert "Audit log" not in client.get("/governance/models").text


def test_a_place_in_a_list_that_nobody_gave_is_refused(auditor: FlaskClient) -> None:
    """Whatever stands in the address."""
    for after in ("x", "{}", "[1]", '["a", "b", "c"]', "[" * 3000, '[{"a": 1}]'):
        assert auditor.get("/governance/models", query_string={"after": after}).status_code == 400
    for after in ("x", "-1", "9" * 40, "1.5"):
        assert auditor.get("/governance/audit-log", query_string={"after": after}).status_code == 400


def test_what_people_really_write_fits_into_a_narrow_window(browser: Chromium, app: Flask, company: Morning) -> None:
    """Long names, paths, digests and sentences, in the real browser; and nothing in them is blocked or fetched."""
    browser.sign_in(company.token("claire-fontaine"))
    browser.look(width=320)
    requests, complaints_ = len(browser.requests), len(browser.complaints)
    version, waiting = "/models/document-reader/versions/9.0.0", f"/proposals/{company.waits}"
    with served(app) as address:
        for path in ("/", version, waiting, "/people", "/report"):
            browser.go(address + path)
            assert browser.value("document.querySelectorAll('h1').length") == 1, path
            assert browser.value("document.documentElement.scrollWidth") == 320, path
        asked = [url for url in browser.requests[requests:] if not url.startswith("data:")]
        assert [url for url in asked if not url.startswith(address)] == []
    assert browser.complaints[complaints_:] == []
    browser.sign_in(TOKEN)


def test_lists_go_on_where_they_ended(auditor: FlaskClient) -> None:
    """A place that a page gave is one that the next takes up: the models after the first."""
    first = read(auditor.get("/governance/models").text)
    names = [head.text for head in first.all("th") if head.attributes["scope"] == "row"]
    second = read(auditor.get("/governance/models", query_string={"after": f'["{names[0]}"]'}).text)
    assert [head.text for head in second.all("th") if head.attributes["scope"] == "row"] == names[1:]
