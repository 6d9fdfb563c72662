gatewayctl --help
