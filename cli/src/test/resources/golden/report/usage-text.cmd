gatewayctl report audit --kind usage
