// Overview of the target Protocols: see docs/architecture.md.
