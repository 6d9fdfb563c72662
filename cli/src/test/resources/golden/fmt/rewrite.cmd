gatewayctl fmt
