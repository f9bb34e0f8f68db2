#!/usr/bin/env python3
"""Writes exercise-01: three taps and the record of what the red side did, packet by packet.

    make-exercise-01.py [FOLDER]        # default: exercise-01 beside this script

Only the standard library is used, and the bytes are the same each time. The story is in exercise-01/README.md.
"""

import pathlib

from arguments import folder
from exercise_01 import Site, entry, everyday, inside, others

if __name__ == "__main__":
    here = pathlib.Path(__file__).resolve().parent
    target = folder(__doc__, here / "exercise-01")
    city = Site()
    for part in (entry, inside, others, everyday):
        part.play(city)
    city.write(target)
