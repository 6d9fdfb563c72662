example quickstart
gatewayctl test-prompt hello --app helpdesk
