gatewayctl report audit --by app
