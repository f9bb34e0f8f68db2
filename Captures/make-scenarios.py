#!/usr/bin/env python3
"""Writes the scenarios, each into its folder: captures of the taps, site.yaml and truth.yaml, packet by packet.

    make-scenarios.py [FOLDER] [NAME...]    # default: the folder of this script, all scenarios

Only the standard library is used, and the bytes are the same each time. Each folder's README has the story.
"""

import importlib
import pathlib

from arguments import folder
from scenarios import City

NAMES = {
    "web-intrusion": "2026-11-24T01:00:00Z",
    "spraying": "2026-11-24T06:00:00Z",
    "worm": "2026-11-25T02:00:00Z",
    "dns-exfiltration": "2026-11-25T08:00:00Z",
    "supply-chain": "2026-11-26T01:00:00Z",
    "noise": "2026-11-26T07:00:00Z",
}

if __name__ == "__main__":
    here = pathlib.Path(__file__).resolve().parent
    target, names = folder(__doc__, here, list(NAMES))
    for name in names:
        city = City(name, NAMES[name])
        importlib.import_module(f"scenarios.{name.replace('-', '_')}").play(city)
        city.write(target / name)
