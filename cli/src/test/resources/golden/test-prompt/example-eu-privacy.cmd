example eu-privacy
gatewayctl test-prompt --quiet
