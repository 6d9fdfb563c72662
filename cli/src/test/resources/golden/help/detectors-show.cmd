gatewayctl detectors show --help
