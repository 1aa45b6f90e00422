"""The command that writes the whole record as a data package."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from tension.commands.failures import ends_in_one_line


@ends_in_one_line
def write_data_package(
    output: Annotated[str, typer.Option("-o", "--output", help="The folder to write into; it is made.")],
) -> None:
    """Write the record as a Frictionless data package: CSVs, their fields described, and a GeoPackage."""
    from tension.desk import open_desk
    from tension.exports.package import write_package

    for path in write_package(open_desk(), Path(output)):
        print(path)
