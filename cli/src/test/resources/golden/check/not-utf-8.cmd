gatewayctl check
