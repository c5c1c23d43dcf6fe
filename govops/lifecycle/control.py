"""Control files: what decides how a repository is read, reviewed and built, whatever the policy says."""

from __future__ import annotations

_ROOT_FILES = frozenset({".mailmap", ".gitmodules", ".gitlab-ci.yml"})
_CODEOWNERS = frozenset({"CODEOWNERS", ".github/CODEOWNERS", "docs/CODEOWNERS", ".gitlab/CODEOWNERS"})
_WORKFLOWS = (".github/workflows/", ".github/actions/", ".gitlab/ci/")


def is_control_file(path: str) -> bool:
    """Whether a change of this path is a ``control.change`` (DESIGN: attributes at any depth, CI, owners)."""
    name = path.rpartition("/")[2]
    return name == ".gitattributes" or path in _ROOT_FILES or path in _CODEOWNERS or path.startswith(_WORKFLOWS)
