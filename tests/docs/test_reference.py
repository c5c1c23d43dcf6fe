"""The pages that are made from the code leave nothing out."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import click
import pytest
from click.testing import CliRunner

from govops.app.kinds_reference import kinds_page
from govops.cli import cli
from govops.kinds import KINDS, Kind, json_schema
from tests.support import cli_reference


@pytest.fixture(scope="module")
def commands_page() -> str:
    return cli_reference.page()[cli_reference.PAGE]


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.name)
def test_every_kind_has_a_section_with_its_path_and_its_fields(kind: Kind) -> None:
    """Whoever writes a file finds what may stand in it."""
    section = _section(kinds_page(), kind.name)
    assert f"Path: `{kind.pattern}`" in section
    spec = json_schema(kind)["$defs"][f"{kind.name}Spec"]
    told = set(re.findall(r"^\| `([\w.\[\]]+)` \|", section, re.MULTILINE))
    assert set(spec["properties"]) <= told


def test_every_command_has_a_section_with_its_help(commands_page: str) -> None:
    """Commands of a group too, and the very text that `--help` prints."""
    found = dict(_commands(cli, "govops"))
    assert len(found) > 12
    wide: dict[str, Any] = {"terminal_width": cli_reference.WIDTH, "max_content_width": cli_reference.WIDTH}
    for name in found:
        asked = CliRunner().invoke(cli, [*name.split()[1:], "--help"], prog_name="govops", **wide)
        assert asked.exit_code == 0
        printed = "\n".join(line.rstrip() for line in asked.output.splitlines())
        assert _section(commands_page, name).strip() == f"```text\n{printed}\n```"


def _section(page: str, title: str) -> str:
    """The text under one heading of the second level; a KeyError if there is none."""
    parts = re.split(r"^## (.+)\n", page, flags=re.MULTILINE)
    return dict(zip(parts[1::2], parts[2::2], strict=True))[title]


def _commands(command: click.Command, name: str) -> Iterator[tuple[str, click.Command]]:
    yield name, command
    if isinstance(command, click.Group):
        context = click.Context(command)
        for sub in command.list_commands(context):
            found = command.get_command(context, sub)
            assert found is not None
            yield from _commands(found, f"{name} {sub}")
