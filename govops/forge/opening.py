"""Which forge, at which address, with whose token: from Settings and the environment."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import TYPE_CHECKING

from govops.errors import UsageError
from govops.forge.protocol import Forge

if TYPE_CHECKING:
    from govops.http import Patience

_TOKEN = re.compile(r"[!-~]{1,1000}")
_REPOSITORY = re.compile(r"[A-Za-z0-9_.-]+(/[A-Za-z0-9_.-]+)*")
_GITHUB_TOKENS = ("GOVOPS_GITHUB_TOKEN", "GITHUB_TOKEN", "GH_TOKEN")
_GITLAB_TOKENS = {"GOVOPS_GITLAB_TOKEN": "PRIVATE-TOKEN", "GITLAB_TOKEN": "PRIVATE-TOKEN", "CI_JOB_TOKEN": "JOB-TOKEN"}


def open_forge(
    kind: str, repository: str, environment: Mapping[str, str], *, patience: Patience | None = None
) -> Forge:
    """The forge of a repository: ``kind`` is ``forge.type`` of Settings, ``repository`` is Settings' own.

    Nothing is asked yet. Address and token come from the environment: ``GITHUB_API_URL`` and ``GITHUB_TOKEN``, or
    ``CI_API_V4_URL`` and ``GITLAB_TOKEN``. UsageError for another kind, or for a repository that the forge cannot have.
    """
    path = repository.removeprefix(f"{kind}:")
    if kind == "github":
        from govops.forge import github

        _check(path, kind, parts=(2,))
        token = _token(environment, _GITHUB_TOKENS)
        base = environment.get("GITHUB_API_URL") or github.API
        return github.GitHub(path, token=token and token[1], base=base, patience=patience)
    if kind == "gitlab":
        from govops.forge import gitlab

        _check(path, kind, parts=range(1, 21))
        token = _token(environment, _GITLAB_TOKENS)
        header = (_GITLAB_TOKENS[token[0]], token[1]) if token else None
        base = environment.get("CI_API_V4_URL") or gitlab.API
        return gitlab.GitLab(path, token=header, base=base, patience=patience)
    raise UsageError(f"{kind[:40]!a} is no forge that govops asks over the network", hint="`github` or `gitlab`")


def _check(path: str, kind: str, *, parts: range | tuple[int, ...]) -> None:
    if not _REPOSITORY.fullmatch(path) or path.count("/") + 1 not in parts or {".", ".."} & set(path.split("/")):
        raise UsageError(
            f"{path[:80]!a} is no repository at {kind}",
            hint=f"name it in policies/govops.yaml as in `repository: {kind}:acme/ai-governance`",
        )


def _token(environment: Mapping[str, str], names: tuple[str, ...] | Mapping[str, str]) -> tuple[str, str] | None:
    """The first that is set: the variable's name and the token, which must be one line of visible ASCII."""
    for name in names:
        token = environment.get(name, "").strip()
        if token and not _TOKEN.fullmatch(token):
            raise UsageError(f"{name} holds something that is no token", hint="one line, without spaces")
        if token:
            return name, token
    return None
