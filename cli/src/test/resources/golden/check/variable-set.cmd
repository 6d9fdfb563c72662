env OPENAI_API_KEY=sk-1
gatewayctl check --strict
