gatewayctl detectors scan --jsonl text --format jsonl
<
{"text": "mail jane@example.org"}
{"text": "nothing"}
