example quickstart
gatewayctl test-prompt - --model echo --app helpdesk --format json
<
why does AKIAZ7Q2M4T6W8X3Y5RB fail?