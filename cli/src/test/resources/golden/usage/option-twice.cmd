gatewayctl check --format json --format text
