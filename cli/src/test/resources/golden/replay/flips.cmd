# one is refused now, one passes now, and all cost twice as much
gatewayctl replay audit --policy changed.yaml
