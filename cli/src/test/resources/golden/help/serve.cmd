gatewayctl serve --help
