gatewayctl explain zzzzzzzz
