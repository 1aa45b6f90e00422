"""The command that prints what visitors of a server for several people did."""

from __future__ import annotations

from tension.access.audit import COLUMNS, load_acts
from tension.commands.failures import ends_in_one_line
from tension.commands.sources import CountFormat, FormatOption
from tension.commands.text_tables import print_json, print_table
from tension.desk import open_desk
from tension.exports.records import to_records


@ends_in_one_line
def print_audit(output: FormatOption = CountFormat.TABLE) -> None:
    """What visitors of a server for several people did, and what was refused to them, the newest first."""
    rows = to_records(load_acts(open_desk().store))
    if output is CountFormat.JSON:
        print_json(rows)
    else:
        print_table(rows, COLUMNS, empty="Nothing was done on a server for several people.")
