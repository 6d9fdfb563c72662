gatewayctl fmt -
<
# note
gateway:   v1
models:
    fast: {targets: [ echo/fast ],price: {input: 0,output: 0}}   # fast
providers: {echo: {protocol: script}}
