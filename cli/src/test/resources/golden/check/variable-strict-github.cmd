gatewayctl check --strict --format github
