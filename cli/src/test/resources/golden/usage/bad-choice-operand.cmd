gatewayctl completion tcsh
