# Bodies of several surfaces in one log, told by their members.
gatewayctl eval log.jsonl --out decisions.jsonl
