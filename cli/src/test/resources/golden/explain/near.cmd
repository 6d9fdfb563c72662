gatewayctl explain unknwon-model
