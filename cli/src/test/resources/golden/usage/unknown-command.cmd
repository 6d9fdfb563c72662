gatewayctl chekc
