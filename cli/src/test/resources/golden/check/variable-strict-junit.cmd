gatewayctl check --strict --format junit
