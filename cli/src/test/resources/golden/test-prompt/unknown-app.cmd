example quickstart
gatewayctl test-prompt hello --app helpdsk --model echo
