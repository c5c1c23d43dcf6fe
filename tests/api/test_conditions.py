"""Parameters, conditions, keys and formats: what comes with a request besides its body."""

from __future__ import annotations

from typing import Any

import pytest
from werkzeug.test import TestResponse

from govops.api.routes import Route
from govops.api.table import ROUTES
from govops.app.governance import MissingConditionError, Query, StaleError
from tests.support.fake_registries import BLOB, HEAD, KEY, SEEN, TIP, Served, proposal, served

PREFIX = "/api/governance"
DEPLOY = f"{PREFIX}/models/a/1.0/deploy"
BODY = {"environment": "staging", "deployment_id": "a-1"}
LISTS = [route for route in ROUTES if "cursor" in route.parameters]


@pytest.mark.threat("I06")
@pytest.mark.parametrize(
    "tag", ["*", f'W/"{BLOB}"', BLOB, f'"{BLOB}", "{HEAD}"', '"abc"', f'"{BLOB.upper()}"', '""', "", f"'{BLOB}'"]
)
def test_what_is_no_exact_version_is_no_condition(tag: str) -> None:
    """`*` would say *whatever stands there*, a weak tag *something like it*."""
    made = served()
    answer = made.client().post(DEPLOY, json=BODY, headers={"If-Match": tag})
    assert answer.status_code == 400
    assert made["model_registry"].asked == []


@pytest.mark.threat("I06")
def test_the_component_learns_what_was_seen_and_its_refusals_have_their_own_status() -> None:
    made = served()
    deploy = made["model_registry"]
    assert made.client().post(DEPLOY, json=BODY, headers=SEEN).status_code == 202
    assert deploy.asked[-1][1]["if_match"] == BLOB
    deploy.say["deploy"] = _raise(MissingConditionError("say what you have seen"))
    assert made.client().post(DEPLOY, json=BODY).status_code == 428
    assert "if_match" not in deploy.asked[-1][1] or deploy.asked[-1][1]["if_match"] is None
    deploy.say["deploy"] = _raise(StaleError("another version stands"))
    assert made.client().post(DEPLOY, json=BODY, headers=SEEN).status_code == 412


@pytest.mark.threat("I07")
@pytest.mark.parametrize("route", [route for route in ROUTES if route.needs_key], ids=lambda route: route.name)
def test_nothing_is_made_without_a_key(route: Route) -> None:
    """400 before anything else of the request is looked at."""
    made = served()
    url = PREFIX + route.path.replace("<sla>", "a")
    for headers in ({}, {"Idempotency-Key": ""}, {"Idempotency-Key": "a b"}, {"Idempotency-Key": "k" * 129}):
        assert made.client().post(url, json={}, headers=headers).status_code == 400
    assert made[route.component].asked == []


@pytest.mark.threat("I07")
def test_the_same_request_with_the_same_key_gets_the_same_answer_and_is_done_once() -> None:
    """Of the same person: somebody else's key is another key."""
    made = served()
    first, again = (_report(made, "ben") for _ in range(2))
    assert (again.status_code, again.data) == (first.status_code, first.data)
    for name in ("ETag", "Location", "Content-Type"):
        assert again.headers[name] == first.headers[name]
    assert again.headers["X-Request-Id"] != first.headers["X-Request-Id"]
    assert len(made["compliance_reporter"].asked) == 1
    _report(made, "zoe")
    assert [asked["actor"].name for _, asked in made["compliance_reporter"].asked] == ["ben", "zoe"]


@pytest.mark.threat("I07")
def test_a_key_is_for_one_request() -> None:
    made = served()
    assert _report(made, "ben").status_code == 202
    assert _report(made, "ben", title="Another").status_code == 422
    assert len(made["compliance_reporter"].asked) == 1


def test_the_order_of_fields_and_white_space_make_no_other_request() -> None:
    made = served()
    url, headers = f"{PREFIX}/incidents", {**KEY, "Content-Type": "application/json"}
    for data in (
        '{"severity":"error","title":"a","resource":"Model/a"}',
        '{ "title": "a", "resource": "Model/a",\n "severity": "error" }',
    ):
        assert made.client().post(url, data=data, headers=headers).status_code == 202
    assert len(made["compliance_reporter"].asked) == 1


@pytest.mark.parametrize("route", LISTS, ids=lambda route: route.name)
def test_a_list_takes_its_filters_and_where_to_go_on(route: Route) -> None:
    made = served()
    filters = {name: f"v-{name}" for name in route.filters}
    moment = {"as_of": "main~3"} if route.takes_moment else {}
    answer = _get(made, route, **filters, **moment, cursor="c", limit="7")
    assert answer.status_code == 200
    asked: Query = made[route.component].asked[0][1]["query"]
    assert asked == Query(moment.get("as_of"), filters, "c", 7)
    assert answer.json is not None
    assert {name: answer.json[name] for name in ("index_commit", "lag", "next")} == {
        "index_commit": TIP,
        "lag": 2,
        "next": "next-page",
    }
    assert (answer.headers["X-Index-Commit"], answer.headers["X-Index-Lag"]) == (TIP, "2")


@pytest.mark.threat("I15")
@pytest.mark.parametrize("route", ROUTES, ids=lambda route: route.name)
def test_only_known_parameters_are_taken(route: Route) -> None:
    """No route takes an order, a column or a condition of the caller's own."""
    made = served()
    for name in ("order_by", "sort", "where", "q", "filter", "limit[]", "__class__", "owner; drop table models"):
        assert _get(made, route, **{name: "1 OR 1=1"}).status_code == 400
    assert made[route.component].asked == []


@pytest.mark.parametrize("limit", ["0", "-1", "201", "1e2", "٣", "", "ten", "1 ", "99999"])
def test_a_limit_is_a_number_that_is_not_too_large(limit: str) -> None:
    assert served().client().get(f"{PREFIX}/models", query_string={"limit": limit}).status_code == 400


@pytest.mark.parametrize("query", ["owner=a&owner=b", "owner=", "owner=%00", "owner=%0a", "cursor=" + "a" * 3000])
def test_a_parameter_comes_once_and_says_something_that_can_be_seen(query: str) -> None:
    made = served()
    assert made.client().get(f"{PREFIX}/models?{query}").status_code == 400
    assert made["model_registry"].asked == []


@pytest.mark.parametrize("name", ["%00", "a%0ab", "%7f"])
def test_a_name_in_a_path_can_be_seen(name: str) -> None:
    made = served()
    assert made.client().get(f"{PREFIX}/models/{name}").status_code == 400
    assert made["model_registry"].asked == []


def test_a_reader_can_insist_on_one_state_of_the_index() -> None:
    made = served()
    for path in ("/models", "/models/a"):
        assert made.client().get(f"{PREFIX}{path}", query_string={"at": TIP}).status_code == 200
        answer = made.client().get(f"{PREFIX}{path}", query_string={"at": HEAD})
        assert answer.status_code == 409
        assert answer.json is not None
        assert TIP in answer.json["hint"]


def test_a_thing_has_the_tag_that_a_change_of_it_wants() -> None:
    client = served().client()
    assert client.get(f"{PREFIX}/models/a").headers["ETag"] == f'"{BLOB}"'
    assert client.get(f"{PREFIX}/approvals/a1").headers["ETag"] == f'"{HEAD}"'
    assert "ETag" not in client.get(f"{PREFIX}/models").headers


@pytest.mark.parametrize(
    ("accept", "format", "want"),
    [
        (None, None, "application/json"),
        ("*/*", None, "application/json"),
        ("text/markdown", None, "text/markdown"),
        ("text/markdown;q=0.4, application/json;q=0.5", None, "application/json"),
        ("application/json", "markdown", "text/markdown"),
        ("text/html", None, 406),
        (None, "html", 400),
    ],
)
def test_the_report_comes_as_json_or_markdown(accept: str | None, format: str | None, want: str | int) -> None:
    made = served()
    headers = {"Accept": accept} if accept else {}
    query = {"format": format} if format else {}
    answer = made.client().get(f"{PREFIX}/compliance-report", headers=headers, query_string=query)
    assert want in (answer.mimetype, answer.status_code)
    assert (answer.status_code == 200) is isinstance(want, str)


def test_everything_else_is_json_or_nothing() -> None:
    made = served()
    assert made.client().get(f"{PREFIX}/models", headers={"Accept": "text/html, application/xml"}).status_code == 406
    assert made.client().get(f"{PREFIX}/models", headers={"Accept": "text/html, */*;q=0.1"}).status_code == 200
    assert made.client().get(f"{PREFIX}/models", query_string={"format": "json"}).status_code == 400


@pytest.mark.parametrize(
    ("path", "said", "status"),
    [
        ("/usecases/a/deploy", proposal(), 202),
        ("/usecases/a/deploy", proposal(state="merged", commit=TIP), 201),
        ("/approvals/a1/approve", proposal(opener="zoe"), 200),
        ("/approvals/a1/approve", proposal(opener="zoe", state="merged", commit=TIP), 200),
        ("/approvals/a1/reject", proposal(state="withdrawn"), 200),
        ("/usecases/a/approve", proposal(opener="ann"), 202),
        ("/usecases/a/approve", proposal(opener="zoe"), 200),
    ],
)
def test_the_status_says_whether_it_waits_for_somebody(path: str, said: Any, status: int) -> None:
    """202 until others have approved, 201 where nobody has to, 200 for what was decided."""
    made = served()
    for component in ("usecase_registry", "access_control"):
        made[component].say.update(dict.fromkeys(("deploy", "approve", "reject"), lambda: said))
    answer = made.client("ann").post(f"{PREFIX}{path}", json={}, headers=SEEN)
    assert answer.status_code == status
    assert answer.headers["Location"] == f"{PREFIX}/approvals/a1"
    assert answer.json is not None
    assert (answer.json["state"], answer.json["commit"]) == (said.state, said.commit)


def _report(made: Served, person: str, *, title: str = "It broke") -> TestResponse:
    body = {"severity": "error", "title": title, "resource": "Model/a"}
    return made.client(person).post(f"{PREFIX}/incidents", json=body, headers=KEY)


def _get(made: Served, route: Route, **query: str) -> TestResponse:
    url = PREFIX + route.path.replace("<path:", "<")
    for place in route.places:
        url = url.replace(f"<{place}>", "a")
    return made.client().open(url, method=route.method, query_string=query, headers={**KEY, **SEEN})


def _raise(error: Exception) -> Any:
    def say() -> None:
        raise error

    return say
