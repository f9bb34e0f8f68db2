// Overview of the target Flows: see docs/architecture.md.
