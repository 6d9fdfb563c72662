gatewayctl detectors show ibn
