gatewayctl compile nowhere.yaml
