gatewayctl report audit --fail-over 1e999999999
