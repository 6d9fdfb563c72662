gatewayctl compile --help
