# A refusal in the words of Google's protocol.
gatewayctl test-prompt 'key AKIAZ7Q2M4T6W8X3Y5RB' --surface gemini --stream --model flash --format json
