"""A page and what is around it, as HTML: every value goes through the one escaper."""

from __future__ import annotations

from functools import cache

from jinja2 import Environment, PackageLoader, StrictUndefined, Template, Undefined
from markupsafe import Markup

from govops import __version__
from govops.api.pages.addresses import address
from govops.api.pages.values import html
from govops.api.pages.views import Frame, Page


def rendered(page: Page, frame: Frame) -> str:
    """The whole document. A name that a template asks for and nobody gave is an error, never a gap."""
    return _template().render(page=page, frame=frame)


def environment() -> Environment:
    """Templates of this package only, all of them HTML whatever they are called."""
    made = Environment(
        loader=PackageLoader("govops.api.pages"),
        autoescape=True,
        undefined=StrictUndefined,
        finalize=_shown,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
    )
    made.globals.update(address=address, version=__version__)
    return made


def _shown(value: object) -> Markup:
    return html(str(value) if isinstance(value, Undefined) else value)  # StrictUndefined has no text and says its name


@cache
def _template() -> Template:
    return environment().get_template("page.html.j2")
