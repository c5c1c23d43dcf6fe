"""The door for JSON lets in what means the same to everybody, and nothing else."""

from __future__ import annotations

import json
from io import BytesIO

import pytest
from hypothesis import given
from hypothesis import strategies as st
from werkzeug.test import TestResponse

from govops.api.bodies import DEEPEST
from tests.support.fake_registries import KEY, Served, served

URL = "/api/governance/incidents"
GOOD = {"severity": "error", "title": "It broke", "resource": "Model/a"}
JSON = "application/json"


def send(made: Served, data: bytes, *, media: str | None = JSON, **headers: str) -> TestResponse:
    """A report of an incident, whatever the bytes are."""
    return made.client().post(URL, data=data, content_type=media, headers={**KEY, **headers})


def test_a_good_body_is_taken() -> None:
    made = served()
    assert send(made, json.dumps(GOOD).encode()).status_code == 202
    assert made["compliance_reporter"].asked[0][1]["request"].title == "It broke"


@pytest.mark.threat("I09")
@pytest.mark.parametrize(
    "data",
    [
        b'{"title": "a", "title": "b"}',
        b'{"labels": {"a": "1", "a": "2"}}',
        b'{"affected_count": NaN}',
        b'{"affected_count": -Infinity}',
        b'{"affected_count": 1e999}',
        b'{"affected_count": ' + b"9" * 5000 + b"}",
        json.dumps(GOOD).encode("utf-16"),
        json.dumps(GOOD).encode("utf-16-le"),
        b"\xef\xbb\xbf" + json.dumps(GOOD).encode(),
        b'{"title": "\xff"}',
        b'{"title": "\\ud800"}',
        b"[]",
        b'"text"',
        b"null",
        b"1",
        b"{",
        b"{} {}",
        b"{'title': 'a'}",
        b'{"title": "a",}',
        b'{"title": "a\nb"}',
        b"// nothing\n{}",
        b"\0",
    ],
    ids=lambda data: repr(data[:24]),
)
def test_what_two_readers_may_read_differently_is_refused(data: bytes) -> None:
    """400, and nobody was asked."""
    made = served()
    answer = send(made, data)
    assert (answer.status_code, answer.mimetype) == (400, "application/problem+json"), answer.text
    assert made["compliance_reporter"].asked == []


@pytest.mark.threat("I08")
def test_brackets_are_counted_and_those_in_texts_are_none() -> None:
    made = served()
    deep = b'{"a": ' + b"[" * 100_000 + b"]" * 100_000 + b"}"
    assert "nested" in refused(send(made, deep), 400)
    assert "nested" in refused(send(made, b'{"a": ' * (DEEPEST + 1) + b"1" + b"}" * (DEEPEST + 1)), 400)
    assert "nested" not in refused(send(made, b'{"a": ' * DEEPEST + b"1" + b"}" * DEEPEST), 422)
    text = json.dumps({**GOOD, "title": '[[{"' * 40}).encode()
    assert send(made, text).status_code == 202


@pytest.mark.threat("I08")
def test_a_text_that_never_ends_costs_no_second_look() -> None:
    """Time grows with the length, not with its square: a megabyte of quotes is answered at once."""
    made = served()
    assert send(made, b'{"a": "' + b'\\"' * 500_000).status_code == 400


@pytest.mark.threat("I08")
def test_a_body_that_is_too_long_is_refused_with_a_length_and_without() -> None:
    """In chunks too, where nobody said how much is coming."""
    made = served(doors={"largest": 1000})
    body = json.dumps({**GOOD, "description": "a" * 2000}).encode()
    assert send(made, body).status_code == 413
    chunked = made.client().post(
        URL,
        input_stream=BytesIO(body),
        content_type=JSON,
        headers={**KEY, "Transfer-Encoding": "chunked"},
        environ_overrides={"wsgi.input_terminated": True},
    )
    assert chunked.status_code == 413
    assert made["compliance_reporter"].asked == []
    assert send(made, json.dumps(GOOD).encode()).status_code == 202


@pytest.mark.threat("I10")
@pytest.mark.parametrize(
    "media",
    [
        None,
        "text/plain",
        "text/json",
        "application/x-www-form-urlencoded",
        "multipart/form-data; boundary=a",
        "application/json; charset=utf-16",
        "application/merge-patch+json",
    ],
)
def test_only_json_is_json(media: str | None) -> None:
    """What a form of another site can send is never read."""
    answer = send(served(), json.dumps(GOOD).encode(), media=media)
    assert (answer.status_code, answer.headers["Accept"]) == (415, JSON)


def test_json_may_name_its_one_charset() -> None:
    assert send(served(), json.dumps(GOOD).encode(), media="application/json; charset=UTF-8").status_code == 202


def test_nothing_is_unpacked() -> None:
    """A small body cannot become a large one."""
    assert send(served(), json.dumps(GOOD).encode(), **{"Content-Encoding": "gzip"}).status_code == 415


def test_a_step_that_needs_no_words_needs_no_body() -> None:
    made = served()
    headers = {"If-Match": f'"{"3d" * 20}"'}
    assert made.client().post("/api/governance/usecases/a/submit", headers=headers).status_code == 202
    answer = made.client().post("/api/governance/usecases", headers=KEY)
    assert "Field required" in refused(answer, 422)


def test_fields_that_do_not_fit_are_told_by_where_they_are_and_values_are_not_told_again() -> None:
    body = {**GOOD, "severity": "s3cret", "a/b~c": "s3cret"}
    answer = send(served(), json.dumps(body).encode())
    assert answer.status_code == 422
    assert answer.json is not None
    assert [error["pointer"] for error in answer.json["errors"]] == ["/severity", "/a~1b~0c"]
    assert "s3cret" not in answer.text


@pytest.mark.threat("I16")
@pytest.mark.parametrize("field", ["remote", "url", "repository", "callback", "webhook"])
def test_no_field_names_a_place_to_fetch_from(field: str) -> None:
    """Where the server reads and pushes is of its own configuration."""
    body = {**GOOD, field: "http://169.254.169.254/latest/meta-data"}
    assert send(served(), json.dumps(body).encode()).status_code == 422


_VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=8,
)


@given(st.binary(max_size=60) | _VALUES.map(lambda value: json.dumps(value).encode("utf-8", "surrogatepass")))
def test_whatever_is_sent_is_an_answer_and_no_fault(data: bytes) -> None:
    assert send(_ONE, data).status_code in {202, 400, 422}


def refused(answer: TestResponse, status: int) -> str:
    """What a refusal says."""
    assert answer.status_code == status, answer.text
    assert answer.json is not None
    return str(answer.json["detail"])


_ONE = served()
