gatewayctl test-prompt hello --surface embeddings --model opus --response hello
