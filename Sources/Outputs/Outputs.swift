// Overview of the target Outputs: see docs/architecture.md.
