example quickstart
gatewayctl eval log.jsonl --app helpdesk --out decisions.jsonl
