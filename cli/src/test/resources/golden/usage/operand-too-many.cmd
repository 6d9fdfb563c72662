gatewayctl compile one.yaml two.yaml
