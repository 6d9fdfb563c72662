# All lines are bodies of the surface that is named; the model stands in the path.
gatewayctl eval log.jsonl --surface gemini --model flash
