"""All benches, one after the other, in one run: `python -m bench [NAME...]`, or `make bench`."""

from __future__ import annotations

import sys
import time
from importlib import import_module

# Name, module, what it shows. A module has `measure()`, which gives (what, value) pairs, or `main()`, which prints.
BENCHES = {
    "ingest": ("bench.ingest_bench", "GDELT ingest end to end"),
    "startup": ("bench.startup_bench", "Start of the command line"),
    "store": ("bench.store_bench", "Store queries behind Overview"),
    "readings": ("bench.readings_bench", "Readings of every day"),
    "assessments": ("bench.assessments_bench", "Assessments of every day"),
    "overview": ("bench.overview_bench", "Overview in a browser"),
}


def main(names: list[str]) -> int:
    """Run the benches of these names, all without any; 1 where a name isn't known."""
    unknown = [name for name in names if name not in BENCHES]
    if unknown:
        print(f"bench: {', '.join(unknown)} is not allowed; allowed: {', '.join(BENCHES)}", file=sys.stderr)
        return 1
    begun = time.perf_counter()
    for name in names or BENCHES:
        module_name, title = BENCHES[name]
        print(f"\n{title} ({name})", flush=True)
        module = import_module(module_name)
        if hasattr(module, "measure") and not hasattr(module, "main"):
            for what, value in module.measure():
                print(f"  {what:<78} {value}", flush=True)
        else:
            module.main()
    print(f"\n{time.perf_counter() - begun:.0f} s")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
