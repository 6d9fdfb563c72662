example quickstart
gatewayctl eval log.jsonl --app helpdesk --format json --quiet
