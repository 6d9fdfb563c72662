gatewayctl check --strict --format text
