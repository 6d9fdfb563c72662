gatewayctl detectors scan --jsonl text
<
{"prompt": "nothing"}
