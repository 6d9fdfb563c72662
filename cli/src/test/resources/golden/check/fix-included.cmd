# The mistake stands in an included file: that one is changed.
gatewayctl check --fix main.yaml
