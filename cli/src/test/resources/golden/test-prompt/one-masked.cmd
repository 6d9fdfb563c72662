example quickstart
gatewayctl test-prompt "I am jane@example.org" --model echo --app helpdesk
