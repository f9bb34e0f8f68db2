// Overview of the target Correlation: see docs/architecture.md.
