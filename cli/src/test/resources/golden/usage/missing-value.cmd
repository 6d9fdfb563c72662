gatewayctl check --format
