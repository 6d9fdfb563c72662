gatewayctl detectors list -p full.yaml --quiet
