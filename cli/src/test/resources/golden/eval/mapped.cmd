# A foreign log, from standard input.
example quickstart
gatewayctl eval - --map prompt=input.text --map principal.app=who --model echo
<
{"input":{"text":"mail jane@example.org"},"who":"helpdesk"}
{"input":{"text":"hello"},"who":"nobody"}
