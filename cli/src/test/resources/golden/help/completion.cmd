gatewayctl completion --help
