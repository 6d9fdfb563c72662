example quickstart
gatewayctl test-prompt --quiet
