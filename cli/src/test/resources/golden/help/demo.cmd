gatewayctl demo --help
