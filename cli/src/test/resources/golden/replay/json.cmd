# the same for programs, which take whatever comes
gatewayctl replay audit --policy changed.yaml --format json --expect any
