"""``govops serve``."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

import click

from govops.errors import ExitCode, UsageError

if TYPE_CHECKING:
    from govops.api.config import ServeOptions


@click.command("serve")
@click.option(
    "--config",
    type=click.Path(path_type=Path),
    default="serve.yaml",
    show_default=True,
    help="What is served, and how.",
)
@click.option("--listen", metavar="HOST:PORT", help="Another address than the configuration's.")
@click.option("--workers", type=click.IntRange(1, 64), help="Another number of processes.")
def command(config: Path, *, listen: str | None, workers: int | None) -> int:
    """Serve the REST API and the pages of a repository, until it is stopped by SIGTERM or Ctrl-C.

    What people ask becomes proposals; whatever the gate lets pass is landed and recorded with the recorder's key. The
    configuration is a YAML file; docs/how-to/rest-api.md shows one. TLS and slow clients are for the proxy in front.

    \b
    govops store upgrade --store sqlite:////srv/govops/store.db
    govops serve --config /srv/govops/serve.yaml
    """
    try:
        from govops.api.application import Serving
        from govops.api.server import serve
    except ModuleNotFoundError as error:
        raise UsageError(f"the package {error.name} is not installed", hint="pip install 'govops[api]'") from error
    options = _options(config, listen=listen, workers=workers)
    site = options.site(config.parent, os.environ)
    ready = f"serving {site.repository} at http://{options.listen}/"
    serve(Serving(site, options, config.parent), ready=lambda: click.echo(ready, err=True))
    return int(ExitCode.OK)


def _options(config: Path, **given: object) -> ServeOptions:
    """What the file says, but for what was given on the command line."""
    from govops.api.config import ServeOptions, read_options

    told = {name: value for name, value in given.items() if value is not None}
    return ServeOptions.model_validate({**read_options(config).model_dump(), **told})
