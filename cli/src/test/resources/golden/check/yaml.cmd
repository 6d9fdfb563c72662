# Wrong YAML.
gatewayctl check
