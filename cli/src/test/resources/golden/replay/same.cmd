# the policy under which it was recorded decides alike
example quickstart
gatewayctl replay audit --policy gateway.yaml --expect none
