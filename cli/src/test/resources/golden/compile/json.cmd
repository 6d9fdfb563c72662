gatewayctl compile --quiet --emit json
