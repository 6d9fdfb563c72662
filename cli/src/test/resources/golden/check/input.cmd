# - is standard input.
gatewayctl check -
<
gateway: v1
providers: { local: { protocol: script } }
models: { chat: { targets: [lokal/a], price: { input: 0, output: 0 } } }
