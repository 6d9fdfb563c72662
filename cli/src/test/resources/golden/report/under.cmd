gatewayctl report audit --fail-over 500
