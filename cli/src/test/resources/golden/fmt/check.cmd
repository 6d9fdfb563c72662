gatewayctl fmt --check
