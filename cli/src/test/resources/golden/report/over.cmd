gatewayctl report audit --fail-over 0.0001
