gatewayctl check --format xml
