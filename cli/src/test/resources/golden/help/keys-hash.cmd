gatewayctl keys hash --help
