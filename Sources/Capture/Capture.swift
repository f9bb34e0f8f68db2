// Overview of the target Capture: see docs/architecture.md.
