# A record that does not hold what a rule reads is counted, named and skipped.
gatewayctl eval records.jsonl --max-errors 0
