gatewayctl detectors show email
