# Colours where they are asked for, whatever the output is and the environment says.
env NO_COLOR=1
env TERM=dumb
gatewayctl check --color always
