// Overview of the target Console: see docs/architecture.md.
