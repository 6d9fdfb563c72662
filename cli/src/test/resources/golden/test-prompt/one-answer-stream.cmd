example quickstart
gatewayctl test-prompt hello --model records --response "pay DE89 3704 0044 0532 0130 00" --stream --expect mask
