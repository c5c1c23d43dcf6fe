"""A server's configuration says who may come in; what is unsafe or lacks its secret stops it at the start."""

from __future__ import annotations

from pathlib import Path

import pytest

from govops.app.access import AccessOptions
from govops.app.governance import LimitedError
from govops.errors import UsageError
from govops.yamlio.configuration import read_as
from tests.support import parts

WHOLE = """\
tokens: tokens
issuers:
  - url: https://login.example.com/acme
    audience: govops
    forge: okta
    algorithms: [RS256]
webhooks: [github, gitlab]
limits:
  burst: 2
  per_minute: 30
  at_once: 1
"""
SECRETS = {
    "GOVOPS_GITHUB_WEBHOOK_SECRET": "a secret of the new year",
    "GOVOPS_GITHUB_WEBHOOK_SECRET_OLD": "a secret of the old year",
    "GOVOPS_GITLAB_WEBHOOK_SECRET": "a secret of the other forge",
}


def options(text: str) -> AccessOptions:
    """What the text says."""
    found, findings = read_as(AccessOptions, text.encode(), path="serve.yaml")
    assert found is not None, findings
    return found


@pytest.mark.threat("I02", "I12", "I17")
def test_everything_can_be_said_in_one_place(tmp_path: Path) -> None:
    parts.package("jwt", extra="api")
    (tmp_path / "tokens").write_text("# none yet\n", encoding="ascii")
    (tmp_path / "tokens").chmod(0o600)
    found = options(WHOLE)
    doors = found.doors(tmp_path)
    assert doors.tokens is not None
    assert doors.issuers is not None
    limits = found.limit()
    for _ in range(2):
        limits.take("alice")
    with pytest.raises(LimitedError) as told:
        limits.take("alice")
    assert told.value.retry_after == 2
    github, gitlab = found.hooks(SECRETS)
    assert (github.forge, len(github.secrets), gitlab.forge, len(gitlab.secrets)) == ("github", 2, "gitlab", 1)


def test_nothing_need_be_said(tmp_path: Path) -> None:
    found = options("limits: {}\n")
    doors = found.doors(tmp_path)
    assert (doors.tokens, doors.issuers, found.hooks({})) == (None, None, ())


@pytest.mark.parametrize(
    "text",
    [
        "issuers:\n  - {url: https://a.example, audience: govops, forge: okta, algorithms: [HS256]}\n",
        "issuers:\n  - {url: https://a.example, audience: govops, forge: okta, algorithms: [none]}\n",
        "issuers:\n  - {url: https://a.example, forge: okta}\n",
        "webhooks: [gitea]\n",
        "limits: {burst: 0}\n",
        "tokens: ''\n",
        "token: x\n",
    ],
)
@pytest.mark.threat("I02")
def test_what_is_unsafe_is_not_even_a_word_of_it(text: str) -> None:
    found, findings = read_as(AccessOptions, text.encode(), path="serve.yaml")
    assert found is None
    assert findings


def test_what_is_missing_stops_the_start(tmp_path: Path) -> None:
    found = options(WHOLE)
    with pytest.raises(UsageError, match="the file of tokens cannot be read"):
        found.doors(tmp_path)
    with pytest.raises(UsageError, match="no secret for webhooks of gitlab"):
        found.hooks({"GOVOPS_GITHUB_WEBHOOK_SECRET": "a secret of the new year"})
