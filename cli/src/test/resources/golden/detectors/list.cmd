example quickstart
gatewayctl detectors list
