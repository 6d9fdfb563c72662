# A policy that is only an input: 3.
gatewayctl detectors list -p bad.yaml
