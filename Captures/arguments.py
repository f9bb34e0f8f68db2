"""The command line that the generators share: where to write, and what."""

import argparse
import pathlib


def folder(documentation: str, default: pathlib.Path, names: list[str] | None = None):
    """The folder to write to; with `names`, also those of them that were asked for (all if none was)."""
    summary, _, detail = documentation.partition("\n\n")
    parser = argparse.ArgumentParser(
        description=summary, epilog=detail, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("folder", nargs="?", type=pathlib.Path, default=default, metavar="FOLDER")
    if names is None:
        return parser.parse_args().folder
    parser.add_argument("names", nargs="*", metavar="NAME", help=", ".join(names))
    asked = parser.parse_args()
    if unknown := [name for name in asked.names if name not in names]:
        parser.error(f"{unknown[0]}: not one of {', '.join(names)}")
    return asked.folder, asked.names or list(names)
