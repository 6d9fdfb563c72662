gatewayctl report audit --by provider
