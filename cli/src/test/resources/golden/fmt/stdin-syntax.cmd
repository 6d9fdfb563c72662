gatewayctl fmt -
<
gateway: v1
  x: [1
