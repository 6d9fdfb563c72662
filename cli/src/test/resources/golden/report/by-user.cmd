gatewayctl report audit --by user
