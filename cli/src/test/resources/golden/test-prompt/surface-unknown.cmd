gatewayctl test-prompt hello --surface mesages --model opus
