gatewayctl report audit --format csv
