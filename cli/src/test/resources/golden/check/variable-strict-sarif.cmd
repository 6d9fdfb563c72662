gatewayctl check --strict --format sarif
