gatewayctl detectors scan
<
😀 pay DE89 3704 0044 0532 0130 00 today
mail jane@example.org
