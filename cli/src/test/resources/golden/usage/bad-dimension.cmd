gatewayctl report audit --by team,modle
