gatewayctl report --help
