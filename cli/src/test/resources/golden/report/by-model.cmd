gatewayctl report audit --by model
