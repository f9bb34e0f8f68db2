#!/usr/bin/env python3
"""Writes rules/*.pcap and rules/*.expected.json: for each rule what trips it and what comes near.

    make-rule-captures.py [FOLDER]      # default: rules beside this script

Only the standard library is used, and the bytes are the same each time. What a case is says rules/README.md.
Exit status 1 if a rule that alerts has no hit or no near-miss.
"""

import importlib
import pathlib
import re
import sys

from arguments import folder
from cases import Theme

HERE = pathlib.Path(__file__).resolve().parent


def main():
    """Writes all themes."""
    target = folder(__doc__, HERE / "rules")
    missing = []
    for file in sorted((HERE.parent / "Rules").glob("*.rules")):
        module = HERE / "cases" / f"{file.stem.replace('-', '_')}.py"
        if not module.exists():
            missing.append(f"{file.stem}: no cases")
            continue
        theme = Theme(file.stem)
        importlib.import_module(f"cases.{module.stem}").cases(theme)
        theme.write(target)
        for line in file.read_text().splitlines():
            sid = re.search(r"\bsid:(\d+);", line)
            if not line.startswith("alert") or not sid or "noalert;" in line:
                continue
            kinds = {case["kind"] for case in theme.rules.get(int(sid[1]), {"cases": []})["cases"]}
            missing += [
                f"{file.stem}: sid {sid[1]} has no {kind}"
                for kind in ("hit", "near-miss")
                if kind not in kinds
            ]
    print("\n".join(missing) or "every rule has a hit and a near-miss")
    return 1 if missing else 0


if __name__ == "__main__":
    sys.exit(main())
