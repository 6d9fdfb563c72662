gatewayctl report audit --by rule
