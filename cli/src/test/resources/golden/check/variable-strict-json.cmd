gatewayctl check --strict --format json
