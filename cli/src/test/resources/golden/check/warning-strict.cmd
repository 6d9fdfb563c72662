gatewayctl check --strict
