// Overview of the target Exercise: see docs/architecture.md.
