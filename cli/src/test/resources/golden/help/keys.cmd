gatewayctl keys --help
