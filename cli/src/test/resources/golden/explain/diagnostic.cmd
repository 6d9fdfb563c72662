gatewayctl explain unknown-model
