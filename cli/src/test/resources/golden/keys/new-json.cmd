gatewayctl keys new --format json
