example secrets-firewall
gatewayctl test-prompt --quiet
