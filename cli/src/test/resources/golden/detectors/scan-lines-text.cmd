gatewayctl detectors scan --jsonl text
<
{"text": "mail\njane@example.org"}
