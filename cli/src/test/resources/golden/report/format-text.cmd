gatewayctl report audit --format text
