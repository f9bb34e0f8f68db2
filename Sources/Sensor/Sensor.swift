// Overview of the target Sensor: see docs/architecture.md.
