gatewayctl report audit --format json
