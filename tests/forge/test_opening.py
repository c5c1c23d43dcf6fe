"""Which forge is asked, where, and with whose token."""

from __future__ import annotations

import subprocess
import sys

import pytest

from govops.errors import UsageError
from govops.forge import open_forge
from tests.forge.story import tell
from tests.support.fake_forge import REPOSITORY, TOKEN, FakeForge


def asked_with(fake: FakeForge, environment: dict[str, str], name: str) -> str | None:
    """The header that bore the token, if the forge was content."""
    tell(fake)
    address = {key: value for key, value in fake.environment.items() if key.endswith("URL")}
    forge = open_forge(fake.kind, f"{fake.kind}:{REPOSITORY}", {**address, **environment})
    try:
        forge.proposals_of("9" * 40)
    except UsageError:
        return None
    finally:
        last = fake.asked[-1].headers
    return last.get(name)


def test_tokens_of_the_environment_in_their_order(github: FakeForge, gitlab: FakeForge) -> None:
    bearer = f"Bearer {TOKEN}"
    for name in ("GOVOPS_GITHUB_TOKEN", "GITHUB_TOKEN", "GH_TOKEN"):
        assert asked_with(github, {name: TOKEN}, "authorization") == bearer
    assert asked_with(github, {"GOVOPS_GITHUB_TOKEN": TOKEN, "GITHUB_TOKEN": "other"}, "authorization") == bearer
    for name in ("GOVOPS_GITLAB_TOKEN", "GITLAB_TOKEN"):
        assert asked_with(gitlab, {name: TOKEN, "CI_JOB_TOKEN": "other"}, "private-token") == TOKEN
    assert asked_with(gitlab, {"CI_JOB_TOKEN": TOKEN}, "private-token") is None
    assert gitlab.asked[-1].headers["job-token"] == TOKEN
    assert asked_with(github, {}, "authorization") is None


@pytest.mark.parametrize("token", ["a b", "a\r\nX-Evil: 1", "tökén", "x" * 1001])
def test_what_is_no_token_is_not_sent(token: str) -> None:
    for kind, name in (("github", "GITHUB_TOKEN"), ("gitlab", "GITLAB_TOKEN")):
        with pytest.raises(UsageError, match="no token") as error:
            open_forge(kind, REPOSITORY, {name: token})
        assert token not in error.value.message


@pytest.mark.parametrize(
    ("kind", "repository"),
    [
        ("github", "acme"),
        ("github", "acme/a/b"),
        ("github", "local:acme/x"),
        ("github", "acme/.."),
        ("gitlab", "a/../b"),
        ("gitlab", "a//b"),
        ("gitlab", "a?b"),
        ("local", "acme/x"),
        ("none", "acme/x"),
    ],
)
def test_a_repository_that_the_forge_cannot_have_is_refused(kind: str, repository: str) -> None:
    with pytest.raises(UsageError):
        open_forge(kind, repository, {})


def test_urllib3_is_loaded_only_when_a_forge_is_asked_and_its_absence_says_what_to_install() -> None:
    """In another process, where nothing was imported yet."""
    code = (
        "import sys; import govops.forge as f; assert 'urllib3' not in sys.modules; sys.modules['urllib3'] = None\n"
        "try: f.open_forge('github', 'acme/x', {})\n"
        "except f.opening.UsageError as error: print(error.message, '|', error.hint)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=60)
    assert done.stdout.strip() == "talking to the forge needs urllib3 | pip install 'govops[forge]'"
