example solo-developer
gatewayctl test-prompt --quiet
