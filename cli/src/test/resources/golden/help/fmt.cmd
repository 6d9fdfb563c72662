gatewayctl fmt --help
