gatewayctl report audit --by day
