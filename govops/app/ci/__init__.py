"""What runs govops in a forge's CI: the workflow files, and the key of the recorder that they start."""

from __future__ import annotations

import re
from importlib import resources
from typing import Literal

import govops
from govops.errors import UsageError

CiForge = Literal["github", "gitlab"]
COMMITTERS: dict[CiForge, tuple[str, ...]] = {
    "github": ("noreply@github.com",),
    "gitlab": (),
}  # as whom a forge commits
RECORDER = "ci"  # its name in Settings
_FOLDERS: dict[CiForge, str] = {"github": ".github/workflows", "gitlab": ".gitlab/ci"}
_INCLUDE = "include:\n  - local: .gitlab/ci/govops.yml\n"
_PLAIN = re.compile(r"[A-Za-z0-9][A-Za-z0-9._/-]*")


def ci_files(forge: CiForge, *, branch: str, requirement: str = "") -> dict[str, str]:
    """Path -> text, by path. ``requirement`` is what pip installs; without one it is this version of govops, pinned.

    UsageError for a branch whose name means something else in a workflow file, such as a pattern.
    """
    if not _PLAIN.fullmatch(branch):
        raise UsageError(
            f"'{branch}' cannot be written into workflow files",
            hint="a branch of letters, digits, `.`, `_`, `/` and `-`",
        )
    wanted = requirement or f"govops[forge]=={govops.__version__}"
    files = {}
    for file in (resources.files(__package__) / forge).iterdir():
        text = file.read_text(encoding="utf-8").replace("@BRANCH@", branch).replace("@GOVOPS@", wanted)
        files[f"{_FOLDERS[forge]}/{file.name}"] = text
    if forge == "gitlab":
        files[".gitlab-ci.yml"] = _INCLUDE
    return dict(sorted(files.items()))
