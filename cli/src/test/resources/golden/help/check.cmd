gatewayctl check --help
