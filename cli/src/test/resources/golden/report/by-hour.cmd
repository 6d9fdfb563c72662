gatewayctl report audit --by hour
