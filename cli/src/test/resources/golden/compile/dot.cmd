gatewayctl compile --quiet --emit dot
