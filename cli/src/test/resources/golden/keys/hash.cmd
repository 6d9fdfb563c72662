gatewayctl keys hash
<
gk_0123456789
