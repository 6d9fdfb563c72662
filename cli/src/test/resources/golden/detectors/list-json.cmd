example quickstart
gatewayctl detectors list --format json
