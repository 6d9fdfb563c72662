# A prompt on another surface than the chat protocol's.
gatewayctl test-prompt 'mail jane@example.org' --surface messages --model opus --response 'ask joe@example.org' --format json
