"""Templates: none without an escaper, none from outside, and no data that is taken for one."""

from __future__ import annotations

import ast
import os
import subprocess
import sys
from pathlib import Path

import click
import pytest
from jinja2 import DictLoader, Environment, PackageLoader, nodes

import govops.render
from govops.api import docs_page
from govops.api.pages import rendering
from govops.cli import cli
from govops.render import FORMATS, markdown, render
from tests.render import sample
from tests.render.naughty import replaced
from tests.support.lowest import ROOT

TEMPLATES = sorted((Path(govops.render.__file__).parent / "templates").iterdir())
MODULES = sorted((ROOT / "govops").rglob("*.py"))
BOMB = "{{ '%1000000000s' | format(x) }}{% for i in range(10**9) %}x{% endfor %}"


@pytest.mark.threat("G02")
@pytest.mark.parametrize("template", TEMPLATES, ids=lambda path: path.name)
def test_every_template_has_an_escaper(template: Path) -> None:
    """And turns it off nowhere."""
    environment = markdown.environment()
    assert environment.get_template(template.name).name == template.name
    tree = environment.parse(template.read_text(encoding="utf-8"))
    filters = {node.name for node in tree.find_all(nodes.Filter)}
    assert not filters & {"safe", "forceescape", "xmlattr", "tojson"}
    assert not [*tree.find_all((nodes.EvalContextModifier, nodes.MarkSafe))]


@pytest.mark.threat("G02")
@pytest.mark.parametrize(
    "name", ["report.html.j2", "report.html", "report.xml.j2", "report.md.html.j2", "report.j2", "md"]
)
def test_a_template_of_another_kind_is_refused(name: str) -> None:
    """Rather than printed without escapes, as Jinja would by default; a text without a name is refused too."""
    environment = markdown.environment().overlay(loader=DictLoader({name: "{{ x }}"}))
    with pytest.raises(ValueError, match="no escaper"):
        environment.get_template(name).render(x="<b>")
    with pytest.raises(ValueError, match="no escaper"):
        markdown.environment().from_string("{{ x }}").render(x="<b>")


@pytest.mark.threat("G04")
def test_no_option_takes_a_template() -> None:
    context = click.Context(cli)
    commands = [cli, *(cli.get_command(context, name) for name in cli.list_commands(context))]
    parameters = [parameter for command in commands if command for parameter in command.params]
    assert len(parameters) > 20
    words = [f"{p.name} {' '.join(p.opts)} {getattr(p, 'help', '')} {p.envvar}" for p in parameters]
    assert [text for text in words if "template" in text.lower() or "jinja" in text.lower()] == []


@pytest.mark.threat("G04")
def test_templates_come_with_the_package_and_from_nowhere_else() -> None:
    """Three modules use Jinja, each with the one loader of its package, and what a template includes is named in it."""
    users = [path.relative_to(ROOT).as_posix() for path in MODULES if "jinja2" in _imported(path)]
    known = {
        "govops/api/docs_page.py": ("govops.api", docs_page.TEMPLATES),
        "govops/api/pages/rendering.py": ("govops.api.pages", rendering.environment()),
        "govops/render/markdown/__init__.py": ("govops.render", markdown.environment()),
    }
    assert sorted(users) == [*known]
    for package, environment in known.values():
        assert isinstance(environment.loader, PackageLoader)
        assert environment.loader.package_name == package
    for template in TEMPLATES:
        tree = Environment(autoescape=True).parse(template.read_text(encoding="utf-8"))
        included = [*tree.find_all((nodes.Include, nodes.Import, nodes.FromImport, nodes.Extends))]
        assert all(isinstance(node.template, nodes.Const) for node in included)  # type: ignore[attr-defined]  # all of the four have it


@pytest.mark.threat("G04")
def test_neither_the_environment_nor_the_folder_supplies_one(tmp_path: Path) -> None:
    """Planted wherever a tool might look, and named by whatever variable."""
    for folder in ("", "templates", "govops/render/templates", ".govops/templates", "policies/templates"):
        (tmp_path / folder).mkdir(parents=True, exist_ok=True)
        (tmp_path / folder / "report.md.j2").write_text("planted")
    names = (
        "GOVOPS_TEMPLATE",
        "GOVOPS_TEMPLATES",
        "GOVOPS_TEMPLATE_DIR",
        "JINJA2_TEMPLATES",
        "XDG_CONFIG_HOME",
        "HOME",
    )
    environment = os.environ | dict.fromkeys(names, str(tmp_path)) | {"PYTHONPATH": str(ROOT)}
    script = (
        "from govops.render import render; from tests.render import sample; print(render(sample.rich(), 'markdown'))"
    )
    command = [sys.executable, "-P", "-c", script]
    done = subprocess.run(command, cwd=tmp_path, env=environment, capture_output=True, text=True, check=True)
    assert done.stdout == render(sample.rich(), "markdown") + "\n"


@pytest.mark.threat("G03", "G04")
@pytest.mark.parametrize("name", FORMATS)
def test_data_is_never_taken_for_a_template(name: str) -> None:
    """A bomb of width and one of repetition, in every field: the report is as long as with other words."""
    text = render(replaced(sample.rich(), BOMB), name)
    other = render(replaced(sample.rich(), "#" * len(BOMB)), name)
    assert "1000000000s" in text
    assert len(text) < 2 * len(other)


def _imported(path: Path) -> set[str]:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    names = [alias.name for node in ast.walk(tree) if isinstance(node, ast.Import) for alias in node.names]
    names += [node.module or "" for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)]
    return {name.partition(".")[0] for name in names}
