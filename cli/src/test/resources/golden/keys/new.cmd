gatewayctl keys new
