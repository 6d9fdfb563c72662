gatewayctl fmt --diff
