gatewayctl detectors --help
