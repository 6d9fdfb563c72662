gatewayctl version --help
