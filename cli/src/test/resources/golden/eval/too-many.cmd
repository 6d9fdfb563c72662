example quickstart
gatewayctl eval log.jsonl --max-denied 1 --quiet
