gatewayctl detectors list --help
