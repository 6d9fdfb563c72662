example many-providers
gatewayctl test-prompt --quiet
