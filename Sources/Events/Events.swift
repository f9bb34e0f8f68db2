// Overview of the target Events: see docs/architecture.md.
