# No policy to check.
gatewayctl check
