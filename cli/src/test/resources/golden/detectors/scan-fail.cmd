gatewayctl detectors scan --fail --quiet
<
mail jane@example.org
