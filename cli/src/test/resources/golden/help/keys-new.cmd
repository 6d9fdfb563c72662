gatewayctl keys new --help
