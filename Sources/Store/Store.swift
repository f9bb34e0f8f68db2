// Overview of the target Store: see docs/architecture.md.
