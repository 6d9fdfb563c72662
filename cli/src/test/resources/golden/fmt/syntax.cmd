# The others are looked at all the same.
gatewayctl fmt --check broken.yaml ugly.yaml
