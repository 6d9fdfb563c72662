gatewayctl report audit --by team
