gatewayctl detectors scan --help
