gatewayctl compile --quiet --emit text
