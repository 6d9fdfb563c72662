# Offsets are code points over the whole input.
gatewayctl detectors scan --format json -
<
😀 pay DE89 3704 0044 0532 0130 00 today
mail jane@example.org
