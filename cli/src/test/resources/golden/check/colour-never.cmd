gatewayctl check --color never
