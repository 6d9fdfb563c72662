example team-limits
gatewayctl test-prompt --quiet
