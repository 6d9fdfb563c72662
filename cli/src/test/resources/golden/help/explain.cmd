gatewayctl explain --help
