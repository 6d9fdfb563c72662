gatewayctl keys hash test --format json
