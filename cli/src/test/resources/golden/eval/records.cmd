# Audit records are decided as `replay` decides them; each file counts its own lines.
example quickstart
gatewayctl eval records.jsonl bodies.jsonl --format json
