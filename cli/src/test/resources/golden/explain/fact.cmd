gatewayctl explain principal.team
