gatewayctl keys neww
