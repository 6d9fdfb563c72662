gatewayctl keys hash
<

