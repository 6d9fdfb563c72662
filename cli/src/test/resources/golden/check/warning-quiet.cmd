gatewayctl check --quiet
