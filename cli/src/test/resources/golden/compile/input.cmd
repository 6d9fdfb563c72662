# - is standard input.
gatewayctl compile -
<
gateway: v1
providers: { local: { protocol: script } }
models: { chat: { targets: [local/a], price: { input: 0, output: 0 } } }
