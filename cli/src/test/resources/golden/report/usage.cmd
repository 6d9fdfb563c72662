gatewayctl report audit --kind usage --format json --by team
