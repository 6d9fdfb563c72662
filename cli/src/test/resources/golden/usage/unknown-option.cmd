gatewayctl check --strcit
