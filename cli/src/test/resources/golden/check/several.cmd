gatewayctl check one.yaml two.yaml three.yaml
