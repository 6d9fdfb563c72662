gatewayctl detectors scan --fail
<
nothing here
