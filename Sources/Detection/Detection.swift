// Overview of the target Detection: see docs/architecture.md.
