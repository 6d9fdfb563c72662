# Only the detectors that the policy reaches.
gatewayctl detectors scan --quiet -p full.yaml a.txt b.txt
