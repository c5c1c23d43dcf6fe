"""What is left to do by hand after the files of CI are written: secrets, protection, and how to change the key."""

from __future__ import annotations

import shlex
from collections.abc import Iterator
from dataclasses import dataclass

from govops.app.ci import RECORDER, CiForge
from govops.app.ci.recorder import RecorderKey
from govops.render.untrusted import log_exact

_PAGES = {"github": "docs/how-to/ci-github.md", "gitlab": "docs/how-to/ci-gitlab.md"}

_BRANCHES = " ".join(
    f"-F 'deployment_branch_policy[{key}]={value}'"
    for key, value in (("protected_branches", "false"), ("custom_branch_policies", "true"))
)


@dataclass(frozen=True, slots=True)
class CiSetup:
    """CI of one repository (``forge:path``). ``recorder`` is the name under which Settings have to name its key.

    ``in_settings``: it stands there already.
    """

    forge: CiForge
    branch: str
    repository: str
    key: RecorderKey
    recorder: str = RECORDER
    in_settings: bool = False


def told_ci(made: CiSetup) -> Iterator[str]:
    """The steps, one line each and numbered by the order in which they work."""
    steps = _github(made) if made.forge == "github" else _gitlab(made)
    yield f"For CI, as {_PAGES[made.forge]} explains:"
    yield f"  The recorder's private key is in {log_exact(str(made.key.file))}, for you alone to read."
    if not made.in_settings:
        yield "  Propose its public half under `recorders` in policies/govops.yaml, beside those that are there:"
        yield f"    - name: {made.recorder}"
        yield f"      key: {made.key.line}"
    for number, step in enumerate(steps, 1):
        yield f"  {number}. {step[0]}"
        yield from (f"       {command}" for command in step[1:])
    yield "  For another key do the same again with --recorder-key FILE. What the old one signed goes on to count."


def _github(made: CiSetup) -> Iterator[tuple[str, ...]]:
    place = f"repos/{made.repository.removeprefix('github:')}/environments/govops-recorder"
    yield (
        f"Make the environment govops-recorder, for {made.branch} alone:",
        f"gh api -X PUT {place} {_BRANCHES}",
        f"gh api -X POST {place}/deployment-branch-policies -f name={shlex.quote(made.branch)}",
    )
    file = shlex.quote(str(made.key.file))
    yield (
        "Give it the private key, and forget the file:",
        f"gh secret set GOVOPS_RECORDER_KEY --env govops-recorder < {file} && rm {file}",
    )
    yield (f"Protect {made.branch} and the evidence branch against force pushes and deletion",)
    yield ("When the first commit is there, switch it on:", "gh variable set GOVOPS --body on")
    yield (f"Require the status govops/gate on {made.branch}",)


def _gitlab(made: CiSetup) -> Iterator[tuple[str, ...]]:
    file = shlex.quote(str(made.key.file))
    yield ("See that .gitlab-ci.yml includes .gitlab/ci/govops.yml",)
    yield (f"Protect the branches {made.branch} and that of the evidence, without force push",)
    yield (
        "Make the variable GOVOPS_RECORDER_KEY_FILE: type File, protected, scope govops-recorder. Forget the file:",
        f"cat {file}   # into the variable, then: rm {file}",
    )
    yield ("Make the protected, masked variables GOVOPS_GATE_TOKEN and GOVOPS_RECORD_TOKEN: project access tokens",)
    yield ("Let a schedule run the pipeline of that branch, and a webhook trigger it on merge request events",)
