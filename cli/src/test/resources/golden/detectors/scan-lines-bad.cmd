gatewayctl detectors scan --jsonl text
<
{"text": "nothing"}
{"text": 
