gatewayctl compile --emit json
