gatewayctl explain percent
